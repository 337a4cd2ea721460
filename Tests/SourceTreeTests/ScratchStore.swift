import SystemPackage
import TestKit

@testable import SourceTree

/// A store of a test's own, with real Nix.
struct ScratchStore {
    let scratch: ScratchFolder
    let environment: [String: String]

    /// - Parameter inFolder: whether it is a store below a root, whose paths begin with /nix/store;
    ///   else its directory has another name, and things can be built in it.
    /// - Throws: what making a folder throws.
    init(inFolder: Bool = false) throws {
        scratch = try ScratchFolder()
        let path = scratch.path.string
        var environment = [
            "PATH": "/usr/bin:/bin", "HOME": path,
            "NIX_CONFIG": "sandbox = false\nbuild-users-group =\nsubstituters =",
        ]
        if inFolder {
            environment["NIX_REMOTE"] = "local?root=\(path)/root"
        } else {
            environment["NIX_STORE_DIR"] = "\(path)/store"
            environment["NIX_STATE_DIR"] = "\(path)/var"
            environment["NIX_LOG_DIR"] = "\(path)/log"
        }
        self.environment = environment
    }

    var store: NixStore { NixStore(environment: environment) }

    @discardableResult
    func run(_ command: String) async throws -> String {
        let variables = environment.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
        return try await Shell.run("export \(variables)\n\(command)", in: scratch.path)
    }

    /// Puts three paths into the store: a file `base`; `user`, which mentions it and itself; `other`,
    /// which neither mentions. Leaves in graph.json what Nix tells closureInfo about `user`.
    func fill() async throws -> (base: String, user: String, other: String) {
        let paths = try await run(
            """
            echo base > base; nix-store --add base
            cat > all.nix <<'END'
            rec {
              make = name: script: more: derivation ({
                inherit name; system = builtins.currentSystem; builder = "/bin/bash";
                args = [ "-euc" script ];
              } // more);
              user = make "user" "echo ${./base} $out > $out" {};
              graph = make "graph" "
                  . ./.attrs.sh; read -r line < .attrs.json || true; echo \\"$line\\" > \\${outputs[out]}
                " { __structuredAttrs = true; exportReferencesGraph.closure = [ user ]; };
            }
            END
            # A builder is sometimes killed on a busy machine, which is not what is tested here.
            realise() {
                for attempt in {1..20}; do
                    nix-store --realise $(nix-instantiate all.nix -A $1 2> err) 2>> err && return
                    sleep 0.5
                done
                cat err >&2; exit 1
            }
            realise user
            cp $(realise graph) graph.json
            echo other > other; nix-store --add other
            """
        ).split(separator: "\n").map(String.init)
        return (paths[0], paths[1], paths[2])
    }

    /// Makes a folder as the builder of nixpkgs' closureInfo does, with its own commands
    /// (pkgs/build-support/closure-info.nix).
    func makeClosureInfo() async throws -> FilePath {
        try await run(
            #"""
            mkdir info; export NIX_ATTRS_JSON_FILE=graph.json
            jq -r '.closure | map([.path, .narHash, .narSize, "", (.references | length)]
                + .references) | add | map("\(.)\n") | add' < "$NIX_ATTRS_JSON_FILE" \
                | head -n -1 > info/registration
            jq -r '.closure[].path' < "$NIX_ATTRS_JSON_FILE" > info/store-paths
            """#)
        return scratch["info"]
    }
}

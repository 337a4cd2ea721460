import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import SourceTree

@Suite struct ClosureTests {
    private static let digits = String(repeating: "0", count: 32)

    private func reason(_ body: () async throws(SourceError) -> Closure) async -> String {
        do throws(SourceError) {
            _ = try await body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `Nix and closureInfo give one closure, and closureInfo's bytes`() async throws {
        let scratch = try ScratchStore()
        let (base, user, _) = try await scratch.fill()
        let info = try await scratch.makeClosureInfo()

        let asked = try await Closure.query([Array(user.utf8)], store: scratch.store)
        let read = try Closure.read(closureInfo: info, store: scratch.store)

        #expect(asked.paths.map(\.description) == [base, user].sorted())
        #expect(asked.registration.records.map(\.path) == asked.paths)
        #expect(read.paths == asked.paths)
        #expect(read.registration == asked.registration)
        let written = String(decoding: asked.registration.canonicalBytes, as: UTF8.self)
        #expect(written == (try await Shell.run("cat registration", in: info)))
    }

    @Test func `a store of Nix takes the registration that was written`() async throws {
        let scratch = try ScratchStore()
        let (base, user, other) = try await scratch.fill()
        let given = [user, other].map { Array($0.utf8) }
        let closure = try await Closure.query(given, store: scratch.store)
        let file = scratch.scratch["registration"]
        try await Shell.write(closure.registration.canonicalBytes, to: file)
        let dump = try await scratch.run(
            """
            export NIX_STATE_DIR=$PWD/var2
            nix-store --load-db < registration
            nix-store --verify --check-contents > verified 2>&1
            nix-store --query --requisites \(user) | sort > requisites
            nix-store --dump-db
            """)
        let requisites = try await Shell.run("cat requisites", in: scratch.scratch.path)
        #expect(requisites == [base, user].sorted().joined(separator: "\n") + "\n")
        let loaded = try Registration(
            parsing: Array(dump.utf8), file: EscapedName(file), store: scratch.store.directory)
        #expect(loaded == closure.registration)
    }

    @Test func `a store in a folder names its paths as the image will`() async throws {
        let scratch = try ScratchStore(inFolder: true)
        let name = String(try await scratch.run("echo a > ab; nix-store --add ab").dropLast())
        let closure = try await Closure.query([Array(name.utf8)], store: scratch.store)
        let only = try #require(closure.paths.first)
        #expect(only.description == name && name.hasPrefix("/nix/store/"))
        let place = scratch.store.hostPath(of: only)
        #expect(place.string == scratch.scratch.path.string + "/root" + name)
        #expect(try await Shell.run("cat \(place)") == "a\n")
    }

    @Test func `a store below a root is asked, whatever its name is`() async throws {
        let scratch = try ScratchStore(inFolder: true)
        let name = String(try await scratch.run("echo a > ab; nix-store --add ab").dropLast())
        try await scratch.run("mkdir 'a b&c?d%20e'; mv root 'a b&c?d%20e/é'")
        let root = scratch.scratch["a b&c?d%20e"].appending("é")
        let store = try NixStore(root: root)
        #expect(store.directory == .standard)
        let closure = try await Closure.query([Array(name.utf8)], store: store)
        let only = try #require(closure.paths.first)
        #expect(only.description == name)
        #expect(store.hostPath(of: only).string == root.string + name)
    }

    @Test func `a root without a store is refused, and none is made in it`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run("mkdir empty; mkdir -p file/nix; : > file/nix/store", in: scratch.path)
        for name in ["empty", "file", "missing"] {
            let root = scratch[name]
            let text = await reason { () async throws(SourceError) in
                try await Closure.query([], store: NixStore(root: root))
            }
            #expect(
                text.contains("there is no Nix store in \(root): cannot open \(root)"), "\(text)")
        }
        #expect(
            try await Shell.run("ls empty file/nix", in: scratch.path)
                == "empty:\n\nfile/nix:\nstore\n")
    }

    @Test func `a link to a store path is followed`() async throws {
        let scratch = try ScratchStore()
        let (_, user, _) = try await scratch.fill()
        try await scratch.run("ln -s \(user) 'a result'")
        let link = scratch.scratch["a result"].bytes
        let closure = try await Closure.query([link], store: scratch.store)
        #expect(closure.paths.contains { "\($0)" == user })
    }

    @Test func `a name that begins with a dash is never an option`() {
        #expect(Closure.asOperand(Array("--gc".utf8)) == Array("./--gc".utf8))
        #expect(Closure.asOperand(Array("result".utf8)) == Array("result".utf8))
    }

    @Test func `no paths are an empty closure`() async throws {
        let closure = try await Closure.query([])
        #expect(closure.paths.isEmpty && closure.registration.canonicalBytes.isEmpty)
    }

    @Test func `a path that Nix does not know stops the build with Nix's own words`() async throws {
        let scratch = try ScratchStore()
        let path = "\(EscapedName(scratch.store.directory.path))/\(Self.digits)-unknown"
        let text = await reason { () async throws(SourceError) in
            try await Closure.query([Array(path.utf8)], store: scratch.store)
        }
        #expect(text.contains("nix-store --query --requisites failed with status 1"))
        #expect(text.contains("\(Self.digits)-unknown' is not valid"), "\(text)")
    }

    @Test func `without Nix the message says what to do`() async {
        let store = NixStore(environment: ["PATH": "/nowhere"])
        let text = await reason { () async throws(SourceError) in
            try await Closure.query([Array("/nix/store/\(Self.digits)-a".utf8)], store: store)
        }
        #expect(text.contains("Install Nix (Debian: apt-get install nix-bin)"), "\(text)")
        #expect(text.contains("--closure-info DIR"))
    }

    @Test(arguments: [
        ("/etc/passwd\n", "", "info/store-paths:1: \"/etc/passwd\" is not a path in /nix/store"),
        ("A\n\n../x\n", "", "info/store-paths:3: \"../x\" is not a path in /nix/store"),
        ("A\n", "", "-a is part of the closure, but its registration is missing"),
        ("A\n", "A\nHASH\n1\n\n1\nB\n", "-a refers to /nix/store/\(digits)-b, which is not part"),
        ("A\n", "A\nHASH\n1\n\n1\n", "info/registration:5: 1 references are announced"),
    ])
    func `a closure-info that is not whole is refused`(
        list: String, registration: String, message: String
    ) async throws {
        let scratch = try ScratchFolder()
        func expand(_ text: String) -> String {
            text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                switch line {
                case "A": "/nix/store/\(Self.digits)-a"
                case "B": "/nix/store/\(Self.digits)-b"
                case "HASH": String(repeating: "0", count: 64)
                default: String(line)
                }
            }.joined(separator: "\n")
        }
        try await Shell.run("mkdir info", in: scratch.path)
        let folder = scratch["info"]
        for (name, text) in [("store-paths", list), ("registration", registration)] {
            try await Shell.write(Array(expand(text).utf8), to: folder.appending(name))
        }
        let store = NixStore(environment: [:])
        let text = await reason { () async throws(SourceError) in
            try Closure.read(closureInfo: folder, store: store)
        }
        #expect(text.contains(message), "\(text)")
    }

    @Test func `a record about a path outside the closure is left out`() async throws {
        let path = try #require(StorePath("/nix/store/\(Self.digits)-a".utf8))
        let extra = try #require(StorePath("/nix/store/\(Self.digits)-b".utf8))
        let hash = try #require(NarHash(bytes: [UInt8](repeating: 1, count: 32)))
        let records = [path, extra].map {
            Registration.Record(path: $0, hash: hash, narSize: 8, references: [path])
        }
        let closure = try Closure(
            paths: [path, path], registration: Registration(records: records),
            store: NixStore(environment: [:]))
        #expect(closure.paths == [path])
        #expect(closure.registration.records.map(\.path) == [path])
    }

    @Test func `two closures are one, unless they disagree`() async throws {
        let store = NixStore(environment: [:])
        let path = try #require(StorePath("/nix/store/\(Self.digits)-a".utf8))
        let other = try #require(StorePath("/nix/store/\(Self.digits)-b".utf8))
        let hash = try #require(NarHash(bytes: [UInt8](repeating: 1, count: 32)))
        func closure(_ paths: [StorePath], size: UInt64) throws -> Closure {
            let records = paths.map {
                Registration.Record(path: $0, hash: hash, narSize: size, references: [])
            }
            let registration = Registration(records: records)
            return try Closure(paths: paths, registration: registration, store: store)
        }
        let both = try closure([path], size: 8).union(closure([other, path], size: 8))
        #expect(both.paths == [path, other])
        #expect(throws: SourceError.self) {
            try closure([path], size: 8).union(closure([path], size: 16))
        }
    }
}

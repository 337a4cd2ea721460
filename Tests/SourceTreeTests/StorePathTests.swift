import Testing

@testable import SourceTree

@Suite struct StorePathTests {
    private static let digits = String(repeating: "0", count: 32)

    @Test(arguments: [
        "/nix/store/\(digits)-a", "/nix/store/\(digits)-A+b-c.d_e?f=9",
        "/nix/store/\(digits)-\(String(repeating: "n", count: 211))", "/nix/store/\(digits)-.keep",
    ])
    func `a path that Nix could have made is a store path`(text: String) throws {
        let path = try #require(StorePath(text.utf8))
        #expect(path.description == text)
        #expect(path.name == Array(text.utf8.dropFirst("/nix/store/".utf8.count)))
    }

    @Test(arguments: [
        "", "/", "/nix/store", "/nix/store/", "/nix/store/\(digits)", "/nix/store/\(digits)-",
        "/nix/store/\(digits)_a", "/nix/store/\(digits.dropLast())-a",
        "/nix/store/\(digits.dropLast())e-a", "/nix/store/\(digits)-a/b",
        "/nix/store/\(digits)-a b",
        "/nix/store/\(digits)-a\n", "/nix/store/\(digits)-é", "nix/store/\(digits)-a",
        "/nix/store//\(digits)-a", "/nix/store/../\(digits)-a",
        "/nix/store/\(digits)-\(String(repeating: "n", count: 212))",
    ])
    func `anything else is not`(text: String) {
        #expect(StorePath(text.utf8) == nil)
    }

    @Test func `another store is named by its variable`() throws {
        let store = StoreDirectory(environment: ["NIX_STORE_DIR": "/tmp/s/", "NIX_STORE": "/x"])
        #expect(StorePath("/tmp/s/\(Self.digits)-a".utf8, in: store) != nil)
        #expect(StorePath("/nix/store/\(Self.digits)-a".utf8, in: store) == nil)
        #expect(StoreDirectory(environment: ["NIX_STORE_DIR": ""]) == .standard)
        #expect(StoreDirectory(environment: [:]) == .standard)
    }
}

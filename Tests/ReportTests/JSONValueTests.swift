import Report
import Testing

/// Reports for programs.
@Suite struct JSONValueTests {
    @Test func `keys are sorted, and nothing is left to chance`() {
        let value: JSONValue = [
            "b": [1, .decimal(0.5), "a\"\\\n\u{1}\u{2028}"], "a": [:], "B": [], "c": .null,
        ]
        #expect(
            value.text == """
                {
                  "B": [],
                  "a": {},
                  "b": [
                    1,
                    0.500,
                    "a\\\"\\\\\\n\\u0001\\u2028"
                  ],
                  "c": null
                }

                """)
    }

    @Test func `rows are an array`() {
        let names = ["one", "two", "three"]
        let array: JSONValue = ["names": .array(names.map { .string($0) })]
        let rows: JSONValue = ["names": .rows(names) { .string($0) }]
        #expect(rows.text == array.text)
        #expect(JSONValue.rows([String]()) { .string($0) }.text == "[]\n")
    }

    /// A report of a million lines is never in memory as a whole.
    @Test func `a long text comes in pieces`() {
        let value: JSONValue = ["numbers": .rows(count: 100_000) { .number($0) }]
        var pieces: [String] = []
        value.forEachPiece { pieces.append($0) }
        #expect(pieces.count > 10)
        #expect(pieces.allSatisfy { $0.utf8.count < 70_000 })
        #expect(pieces.joined() == value.text)
        #expect(value.text.hasSuffix("    99998,\n    99999\n  ]\n}\n"))
    }
}

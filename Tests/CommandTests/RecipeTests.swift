import TestKit
import Testing

/// Recipes: options in a file.
@Suite struct RecipeTests {
    private static let recipe = """
        mkdir -p recipes/tree elsewhere; echo text > recipes/tree/file
        cat > recipes/image.recipe <<'END'
        # What stands here stands as if on the command line.

        --root tree
          --label two words\t
        --epoch=86400
        --free-space  64M
        --no-journal
        END
        options="--root recipes/tree --epoch 86400 --free-space 64M --no-journal --no-check"

        """

    private func outcome(_ script: String) async throws -> Outcome {
        try await Workshop().run(Self.recipe + script)
    }

    @Test func `a recipe says the same as the command line`() async throws {
        let outcome = try await outcome(
            """
            $assay build $options --label 'two words' -o out/plain > /dev/null
            $assay build --recipe recipes/image.recipe --no-check -o out/recipe > /dev/null
            $assay build --recipe=recipes/image.recipe --no-check -o out/equals > /dev/null
            $assay build @recipes/image.recipe --no-check -o out/at > /dev/null
            sed -i 's/$/\\r/' recipes/image.recipe
            $assay build @recipes/image.recipe --no-check -o out/windows > /dev/null
            for name in recipe equals at windows; do cmp out/plain out/$name; done
            """)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func `paths are relative to the recipe, and the command line's to the folder`()
        async throws
    {
        let outcome = try await outcome(
            """
            $assay build --recipe recipes/image.recipe --no-check -o out/there > /dev/null
            mkdir elsewhere/tree; cd elsewhere
            $assay build --recipe ../recipes/image.recipe --no-check -o ../out/here > /dev/null
            cmp ../out/there ../out/here
            """)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func `what comes later wins`() async throws {
        let outcome = try await outcome(
            """
            $assay build $options --label other -o out/plain > /dev/null
            $assay build --recipe recipes/image.recipe --label other --no-check -o out/later > /dev/null
            echo '--label other' > recipes/second
            $assay build @recipes/image.recipe @recipes/second --no-check -o out/second > /dev/null
            cmp out/plain out/later; cmp out/plain out/second
            """)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test(arguments: [
        ("--root tree\nlabel x", 64, "bad.recipe:2: expected a long option", "“label x”"),
        ("--root tree\n\n-o x", 64, "bad.recipe:3: expected a long option", "“-o x”"),
        ("--recipe other", 64, "bad.recipe:1: a recipe cannot name another recipe", ""),
        ("--root tree\n--no-such-key x", 64, "bad.recipe:2: ", "--no-such-key"),
        ("--root tree\n--jobs many", 64, "many", "--jobs"),
        ("--root tree\n--label \\xff", 64, "bad.recipe: the recipe is not UTF-8", ""),
    ])
    func `a line that is no option is an error with its number`(
        text: String, status: Int, message: String, more: String
    ) async throws {
        let outcome = try await outcome(
            """
            printf '%b' '\(text)' > recipes/bad.recipe
            $assay build --recipe recipes/bad.recipe --no-check -o out/image
            """)
        #expect(outcome.status == status)
        #expect(outcome.error.contains(message) && outcome.error.contains(more), "\(outcome)")
    }

    @Test func `a recipe that is not there is trouble`() async throws {
        let outcome = try await outcome("$assay build --recipe nowhere -o out/image")
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("cannot open nowhere: No such file"), "\(outcome)")
    }
}

import CExt2FS
import Ext4Layout
import Testing

/// Names as directories that fold case hash them, held against libext2fs with its own tables.
@Suite struct FoldedNameTests {
    /// Planes of Unicode, in halves where they are full: work for several threads.
    static let ranges: [Range<UInt32>] = stride(from: 0 as UInt32, to: 0x110000, by: 0x4000)
        .map { $0..<$0 + 0x4000 }

    @Test(arguments: ranges)
    func `every character folds as in libext2fs, alone and between others`(
        _ range: Range<UInt32>
    ) {
        var wrong: [String] = []
        for value in range {
            guard let scalar = Unicode.Scalar(value), value > 0 else { continue }
            let name = Array(String(scalar).utf8)
            if PeerHash(folding: name) != PeerHash(ours: name) {
                wrong.append(String(value, radix: 16))
            }
            guard scalar.properties.age != nil else { continue }
            // Marks of the classes 230, 220 and 202 show whether it is a mark, or keeps marks apart.
            let marks = "É\u{301}\u{323}\(scalar)\u{327}\u{31B}\u{300}Z"
            if PeerHash(folding: Array(marks.utf8)) != PeerHash(ours: Array(marks.utf8)) {
                wrong.append("in context: " + String(value, radix: 16))
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count), the first \(wrong.prefix(20))")
    }

    @Test func `every mark is put in order among marks of all classes`() {
        let marks = (0..<0x110000 as Range<UInt32>).compactMap(Unicode.Scalar.init)
            .filter { $0.properties.canonicalCombiningClass != .notReordered }
        var classes: [UInt8: Unicode.Scalar] = [:]
        for mark in marks where FoldedName(Array(String(mark).utf8)).bytes.count <= 4 {
            guard let age = mark.properties.age, age.major < 12 else { continue }
            let order = mark.properties.canonicalCombiningClass.rawValue
            if classes[order] == nil { classes[order] = mark }
        }
        #expect(marks.count > 800 && classes.count > 50)
        let rising = classes.sorted { $0.key < $1.key }.map(\.value)
        for mark in marks {
            for row in [[mark] + rising.reversed(), rising + [mark]] {
                var text = "Q".unicodeScalars
                text.append(contentsOf: row)
                let name = Array(String(text).utf8)
                #expect(
                    PeerHash(folding: name) == PeerHash(ours: name),
                    "U+\(String(mark.value, radix: 16))")
            }
        }
    }

    @Test(arguments: 0..<6 as Range<UInt8>)
    func `names of many characters hash as in libext2fs, in every version`(_ version: UInt8) {
        var numbers = Numbers(seed: 0x9E37_79B9_7F4A_7C15 ^ UInt64(version))
        for _ in 0..<4000 {
            let name = Self.text(&numbers)
            #expect(
                PeerHash(folding: name, version: version)
                    == PeerHash(ours: name, version: version), "\(name)")
        }
    }

    @Test func `names that are not UTF-8 hash as in libext2fs, or as they are`() {
        var numbers = Numbers(seed: 0xD1B5_4A32_D192_ED03)
        var refused = 0
        for _ in 0..<20000 {
            var name = Self.text(&numbers)
            for _ in 0...numbers.next(3) where !name.isEmpty {
                let place = numbers.next(name.count)
                switch numbers.next(4) {
                case 0: name[place] = UInt8(0x80 + numbers.next(0x80))
                case 1: name.insert(UInt8(0x80 + numbers.next(0x40)), at: place)
                case 2: name.remove(at: place)
                default:
                    name.insert(contentsOf: Self.broken[numbers.next(Self.broken.count)], at: place)
                }
            }
            name = Array(name.prefix(255))
            let folded = FoldedName(name)
            // What it cannot fold, libext2fs either hashes as it is, as the kernel does, or
            // refuses to hash.
            if let peer = PeerHash(folding: name) {
                #expect(peer == PeerHash(ours: name), "\(name)")
            } else {
                refused += 1
                #expect(folded.isOpaque && folded.bytes == name, "\(name)")
            }
            #expect(FoldedName.isAllowed(name) == PeerHash.isAllowed(name), "\(name)")
        }
        #expect(refused > 1000 && refused < 19000)
    }

    @Test func `what is written as UTF-8 must not be is taken as it is`() {
        for broken in Self.broken {
            #expect(FoldedName([0x41] + broken).isOpaque == (broken[0] & 0xC0 != 0x80), "\(broken)")
            #expect(FoldedName(broken + [0x41]).isOpaque, "\(broken)")
            #expect(!FoldedName.isAllowed(broken))
            #expect(!PeerHash.isAllowed(broken))
        }
    }

    @Test func `a strict encoding allows what libext2fs allows`() {
        for value in stride(from: 1 as UInt32, to: 0x110000, by: 7) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let name = Array("a\(scalar)".utf8)
            #expect(FoldedName.isAllowed(name) == PeerHash.isAllowed(name), "\(scalar.value)")
        }
    }

    @Test func `names that are one to a directory that folds case are equal`() {
        for (left, right) in [
            ("Straße", "STRASSE"), ("É", "e\u{301}"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("\u{AD}a", "A"),
            ("가", "\u{1100}\u{1161}"), ("ﬁ", "FI"), ("\u{1E9B}\u{323}", "ṩ"), ("Ꭰ", "ꭰ"),
        ] {
            #expect(FoldedName(Array(left.utf8)) == FoldedName(Array(right.utf8)), "\(left)")
        }
        for (left, right) in [("ı", "i"), ("é", "e"), ("\u{1F972}", ""), ("Ⅷ", "8")] {
            #expect(FoldedName(Array(left.utf8)) != FoldedName(Array(right.utf8)), "\(left)")
        }
        // The bytes are the same, but one is not text.
        #expect(FoldedName([0x80]).bytes == FoldedName([0xC2, 0xAD, 0x80]).bytes)
        #expect(FoldedName([0x80]) != FoldedName([0xC2, 0xAD, 0x80]))
    }

    @Test func `a form that the kernel has no room for is not made`() {
        // Marks of 40 classes, and bytes that every pass hands out again.
        let marks = (0x591...0x5C7 as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
            .filter { $0.properties.canonicalCombiningClass != .notReordered }
        var text = "a".unicodeScalars
        text.append(contentsOf: marks)
        let name = Array(String(text).utf8)
        let long = name + Array(repeating: 0x80, count: 255 - name.count)
        #expect(FoldedName(name).isOpaque == false)
        #expect(FoldedName(long).isOpaque == (PeerHash(folding: long) == nil))
        let short = name + Array(repeating: 0x80, count: 20)
        #expect(PeerHash(folding: short) == PeerHash(ours: short))
    }

    /// Overlong, a surrogate, too large, cut off, or never the start of a character.
    private static let broken: [[UInt8]] = [
        [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
        [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0xAF], [0xF0, 0x8F, 0xBF, 0xBF],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
        [0xFF], [0xFE], [0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98],
    ]

    /// Where characters of most scripts and many marks lie.
    private static let blocks: [(first: Int, count: Int)] = [
        (0x20, 0x60), (0xA0, 0x160), (0x300, 0x70), (0x370, 0x190), (0x591, 0x100), (0x900, 0x300),
        (0x1DC0, 0x240), (0x1E00, 0x200), (0x2000, 0x100), (0x3040, 0x60), (0xAC00, 0x2BA4),
        (0xF900, 0x300), (0xFE00, 0x200), (0x11000, 0x800), (0x1D100, 0x100), (0x1E900, 0x60),
    ]

    private static func text(_ numbers: inout Numbers) -> [UInt8] {
        var text = String.UnicodeScalarView()
        for _ in 0...numbers.next(20) {
            let block = blocks[numbers.next(blocks.count)]
            let value = UInt32(block.first + numbers.next(block.count))
            if let scalar = Unicode.Scalar(value) { text.append(scalar) }
        }
        return Array(String(text).utf8)
    }

    /// Numbers that are the same in every run (SplitMix64).
    private struct Numbers {
        var seed: UInt64

        mutating func next(_ count: Int) -> Int {
            seed &+= 0x9E37_79B9_7F4A_7C15
            var value = (seed ^ seed >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return Int((value ^ value >> 31) >> 1) % count
        }
    }
}

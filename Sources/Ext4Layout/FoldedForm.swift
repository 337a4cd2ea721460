/// Puts characters together in the form that ``FoldedName`` has.
struct FoldedForm {
    private let table = FoldTable.shared
    private var bytes: [UInt8] = []
    /// Marks that stand behind one character, and what came between them, not in order yet.
    private var marks: [Mark] = []

    private enum Mark {
        /// A character with its canonical combining class, which is not 0.
        case character(Unicode.Scalar, order: UInt8)
        case stray(UInt8)
    }

    /// Takes the next character of a name.
    mutating func append(_ scalar: Unicode.Scalar) {
        if let parts = table.parts(of: scalar) {
            // What is left out keeps the marks before and behind it apart.
            if parts.isEmpty { order() }
            for part in parts { append(part) }
        } else if let syllable = HangulSyllable(scalar) {
            order()
            for part in syllable.parts { write(part) }
        } else {
            order()
            write(scalar)
        }
    }

    /// Takes a byte of the kind that continues a character, where none is to be continued. It is
    /// handed out whenever the bytes are passed over: between marks, once in every pass.
    mutating func append(stray byte: UInt8) {
        if marks.isEmpty {
            bytes.append(byte)
        } else {
            marks.append(.stray(byte))
        }
    }

    /// The whole form.
    mutating func finish() -> [UInt8] {
        order()
        return bytes
    }

    private mutating func append(_ part: FoldTable.Part) {
        if part.order == 0 {
            order()
            write(part.scalar)
        } else {
            marks.append(.character(part.scalar, order: part.order))
        }
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        if let encoded = UTF8.encode(scalar) { bytes.append(contentsOf: encoded) }
    }

    /// Writes the marks by their class, those of one class as they came: one pass to find the
    /// least class, and one for each class.
    private mutating func order() {
        guard !marks.isEmpty else { return }
        var pass: UInt8? = 0
        while let current = pass {
            pass = nil
            for mark in marks {
                switch mark {
                case .stray(let byte): bytes.append(byte)
                case .character(let scalar, current): write(scalar)
                case .character(_, let order) where order > current:
                    pass = min(pass ?? order, order)
                case .character: break
                }
            }
        }
        marks.removeAll(keepingCapacity: true)
    }
}

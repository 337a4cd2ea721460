/// Keeps the waivers of a golden and a policy, and which of them took effect.
struct WaiverLedger {
    private let holding: [Waiver]
    private var used: [Waiver: Int] = [:]
    /// Waivers that let nothing pass, in words: their day has passed, or there is no such finding.
    let warnings: [String]

    init(_ waivers: [Waiver], today: CalendarDay) {
        holding = waivers.filter { $0.holds(on: today) }
        warnings = waivers.compactMap { waiver in
            if !waiver.holds(on: today) {
                return "the waiver of \(waiver.subject) ended on \(waiver.until): \(waiver.reason)"
            }
            return WaiverSubject.isKnown(waiver.subject)
                ? nil
                : "the waiver of \(waiver.subject) lets nothing pass: a waiver is for check:KIND, "
                    + "lint:KIND or slack, with a kind that assay check names"
        }
    }

    /// Whether a finding is let pass; counts it where it is.
    mutating func takes(_ subject: String) -> Bool {
        guard
            let waiver = holding.first(where: {
                WaiverSubject.canonical($0.subject) == WaiverSubject.canonical(subject)
            })
        else { return false }
        used[waiver, default: 0] += 1
        return true
    }

    /// The waivers that took effect, with how often, in the order in which they were written.
    var effective: [String] {
        holding.compactMap { waiver in
            used[waiver].map {
                "\(waiver.subject), \($0) \($0 == 1 ? "finding" : "findings"), until "
                    + "\(waiver.until): \(waiver.reason)"
            }
        }
    }
}

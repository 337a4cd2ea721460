/// Keeps the waivers of a golden and a policy, and which of them took effect.
struct WaiverLedger {
    private let holding: [Waiver]
    private var used: [Waiver: Int] = [:]
    /// Waivers whose day has passed, in words.
    let expired: [String]

    init(_ waivers: [Waiver], today: CalendarDay) {
        holding = waivers.filter { $0.holds(on: today) }
        expired = waivers.filter { !$0.holds(on: today) }.map {
            "the waiver of \($0.subject) ended on \($0.until): \($0.reason)"
        }
    }

    /// Whether a finding is let pass; counts it where it is.
    mutating func takes(_ subject: String) -> Bool {
        guard let waiver = holding.first(where: { $0.subject == subject }) else { return false }
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

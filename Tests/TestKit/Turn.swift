/// Lets a few child processes run at once, and the others wait for their turn.
///
/// Every test starts at the same time, and most of them wait for a child. Without this a hundred of
/// them share two processors, and a time limit that is generous for one is too short for each.
public actor Turn {
    /// The one that every test of a process shares.
    public static let shared = Turn(places: 6)

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var firstWaiting = 0

    public init(places: Int) {
        self.places = places
    }

    /// Runs `body` once a place is free. A body must not take a second turn.
    nonisolated public func take<Result: Sendable>(
        _ body: () async throws -> Result
    ) async throws -> Result {
        await enter()
        do {
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func leave() {
        guard firstWaiting < waiting.count else {
            waiting.removeAll()
            firstWaiting = 0
            places += 1
            return
        }
        waiting[firstWaiting].resume()
        firstWaiting += 1
    }
}

import HostSystem
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct ThreadTeamTests {
    @Test(arguments: [1, 2, 3, 8])
    func `results stand in the order of the indices`(workers: Int) {
        let squares = ThreadTeam.map(count: 1_000, workers: workers) { index in index * index }
        #expect(squares == (0..<1_000).map { $0 * $0 })
    }

    @Test func `nothing to do is done at once`() {
        #expect(ThreadTeam.map(count: 0, workers: 4) { $0 } == [])
    }

    @Test func `every worker runs once, each under its own number`() {
        let seen = Mutex<[Int]>([])
        ThreadTeam.run(workers: 5) { worker in seen.withLock { $0.append(worker) } }
        #expect(seen.withLock { $0.sorted() } == [0, 1, 2, 3, 4])
    }

    @Test func `workers are threads: one may wait for another`() {
        let box = Box(arrived: Atomic(0))
        ThreadTeam.run(workers: 4) { _ in
            box.arrived.wrappingAdd(1, ordering: .relaxed)
            // Were the four run one after the other, the first would wait for ever.
            while box.arrived.load(ordering: .relaxed) < 4 {}
        }
        #expect(box.arrived.load(ordering: .relaxed) == 4)
    }

    @Test func `what a worker keeps is made once for each`() {
        let made = Box(arrived: Atomic(0))
        _ = ThreadTeam.map(
            count: 100, workers: 3, state: { made.arrived.wrappingAdd(1, ordering: .relaxed) }
        ) { _, index in index }
        #expect((1...3).contains(made.arrived.load(ordering: .relaxed)))
    }

    @Test func `two pieces of work give both results, on one thread too`() {
        for workers in [1, 2] {
            let (number, word) = ThreadTeam.both(workers: workers) {
                7
            } _: {
                "seven"
            }
            #expect(number == 7 && word == "seven")
        }
    }

    /// What `taskset` does, or a container with some of the machine's processors.
    @Test func `processors that one may not run on are not counted`() throws {
        // Not in Swift's module of the C library.
        typealias Call = @convention(c) (Int32, Int, UnsafeRawPointer) -> Int32
        let symbol = try #require(dlsym(nil, "sched_setaffinity"))
        let current = try #require(dlsym(nil, "sched_getcpu"))
        let restrict = unsafeBitCast(symbol, to: Call.self)
        let processor = unsafeBitCast(current, to: (@convention(c) () -> Int32).self)
        let counts = Mutex<[Int]>([])
        ThreadTeam.run(workers: 2) { worker in
            // A thread that ends here: the others keep all processors.
            guard worker == 1 else { return }
            var set = [UInt64](repeating: 0, count: 128)
            let own = Int(processor())
            set[own / 64] = 1 << UInt64(own % 64)
            let status = restrict(0, 1024, set)
            counts.withLock { $0 = [Int(status), ThreadTeam.processorCount] }
        }
        #expect(counts.withLock(\.self) == [0, 1])
        #expect(ThreadTeam.processorCount >= 1)
    }

    private final class Box: Sendable {
        let arrived: Atomic<Int>
        init(arrived: consuming Atomic<Int>) { self.arrived = arrived }
    }
}

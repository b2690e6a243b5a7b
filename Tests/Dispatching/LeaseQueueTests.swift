import Testing
import Values

@testable import Dispatching

@Suite struct LeaseQueueTests {
    static func id(_ number: UInt8) -> UUID {
        UUID(bytes: [UInt8](repeating: 0, count: 15) + [number]) ?? UUID(high: 0, low: 0)
    }

    static func claim(_ line: String, _ bus: String = "1", exclusive: Bool = false) -> Claim {
        Claim(line: line, bus: bus, isExclusive: exclusive)
    }

    @Test func grantsTheHighestPriorityFirstAndEqualsInOrderOfArrival() {
        let queue = Queue()
        queue.push(Self.id(1), claim: Self.claim("a"), priority: 1)
        queue.push(Self.id(2), claim: Self.claim("b"), priority: 999)
        queue.push(Self.id(3), claim: Self.claim("c"), priority: 1)
        #expect(queue.grant()?.holder == Self.id(2))
        #expect(queue.grant()?.holder == Self.id(1))
        #expect(queue.grant()?.holder == Self.id(3))
        #expect(queue.grant() == nil)
    }

    @Test func neverGrantsOneEndpointTwice() throws {
        let queue = Queue()
        queue.push(Self.id(1), claim: Self.claim("a", "16"), priority: 1)
        queue.push(Self.id(2), claim: Self.claim("a", "16"), priority: 1)
        queue.push(Self.id(3), claim: Self.claim("a", "17"), priority: 1)
        let first = try #require(queue.grant())
        #expect(first.holder == Self.id(1))
        #expect(queue.grant()?.holder == Self.id(3))
        #expect(queue.grant() == nil)
        queue.release(first)
        #expect(queue.grant()?.holder == Self.id(2))
    }

    @Test func keepsAnExclusiveLineForOneHolder() throws {
        let queue = Queue()
        for number in UInt8(1)...5 {
            queue.push(
                Self.id(number), claim: Self.claim("a", "\(number)", exclusive: true), priority: 1)
        }
        var seen: [UUID] = []
        while let lease = queue.grant() {
            #expect(queue.grant() == nil)
            seen.append(lease.holder)
            queue.release(lease)
        }
        #expect(seen == (UInt8(1)...5).map(Self.id))
        #expect(queue.heldCount == 0 && queue.waitingCount == 0)
    }

    @Test func anExclusiveClaimAtTheHeadIsNotStarvedBySharedOnes() throws {
        let queue = Queue()
        queue.push(Self.id(1), claim: Self.claim("a", "1"), priority: 1)
        let shared = try #require(queue.grant())
        queue.push(Self.id(2), claim: Self.claim("a", "2", exclusive: true), priority: 1)
        queue.push(Self.id(3), claim: Self.claim("a", "3"), priority: 1)
        #expect(queue.grant() == nil)
        queue.release(shared)
        #expect(queue.grant()?.holder == Self.id(2))
    }

    @Test func removesWhatStillWaits() throws {
        let queue = Queue()
        queue.push(Self.id(1), claim: Self.claim("a"), priority: 5)
        queue.push(Self.id(2), claim: Self.claim("a"), priority: 4)
        queue.push(Self.id(3), claim: Self.claim("a"), priority: 3)
        #expect(queue.remove(Self.id(1)))
        #expect(!queue.remove(Self.id(1)))
        let second = try #require(queue.grant())
        #expect(second.holder == Self.id(2))
        #expect(queue.remove(Self.id(3)))
        queue.release(second)
        #expect(queue.grant() == nil)
    }

    @Test func anOldLeaseReleasesNothing() throws {
        let queue = Queue()
        queue.push(Self.id(1), claim: Self.claim("a"), priority: 1)
        let old = try #require(queue.grant())
        queue.release(old)
        queue.push(Self.id(1), claim: Self.claim("a"), priority: 1)
        _ = try #require(queue.grant())
        queue.push(Self.id(2), claim: Self.claim("a"), priority: 1)
        queue.release(old)
        #expect(queue.grant() == nil)
    }

    @Test func holdsItsInvariantsUnderRandomWork() {
        var random = SplitMix(state: 7)
        let queue = Queue()
        var held: [Lease] = []
        var claims: [UUID: Claim] = [:]
        var finished = 0
        var pushed = 0
        for step in 0..<20_000 {
            switch random.next() % 4 {
            case 0, 1:
                let claim = Self.claim(
                    "line\(random.next() % 9)", "\(random.next() % 5)",
                    exclusive: random.next() % 5 == 0)
                let id = UUID(
                    bytes: (0..<16).map { UInt8(truncatingIfNeeded: step >> ($0 % 4 * 8)) })
                guard let id else { continue }
                claims[id] = claim
                queue.push(id, claim: claim, priority: Int(random.next() % 1000))
                pushed += 1
            case 2:
                while let lease = queue.grant() { held.append(lease) }
                var buses: Set<String> = []
                for lease in held {
                    #expect(buses.insert(lease.claim.line + "/" + lease.claim.bus).inserted)
                    if lease.claim.isExclusive {
                        #expect(held.filter { $0.claim.line == lease.claim.line }.count == 1)
                    }
                }
            default:
                if !held.isEmpty {
                    queue.release(held.remove(at: Int(random.next() % UInt64(held.count))))
                    finished += 1
                }
            }
        }
        while true {
            while let lease = queue.grant() { held.append(lease) }
            if held.isEmpty { break }
            for lease in held {
                queue.release(lease)
                finished += 1
            }
            held = []
        }
        #expect(finished == pushed)
        #expect(queue.waitingCount == 0 && queue.heldCount == 0)
    }
}

/// A small seeded generator, so that a failure can be repeated.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A queue behind a reference, because expectations take no mutating calls.
final class Queue {
    private var queue = LeaseQueue()

    var waitingCount: Int { queue.waitingCount }
    var heldCount: Int { queue.heldCount }

    func push(_ id: UUID, claim: Claim, priority: Int) {
        queue.push(id, claim: claim, priority: priority)
    }

    func remove(_ id: UUID) -> Bool { queue.remove(id) }
    func grant() -> Lease? { queue.grant() }
    func release(_ lease: Lease) { queue.release(lease) }
}

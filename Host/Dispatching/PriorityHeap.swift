/// A binary heap that gives its first element in O(1) and changes in O(log n).
struct PriorityHeap<Element> {
    /// In no order, but for the first.
    private(set) var elements: [Element] = []
    private let precedes: (Element, Element) -> Bool

    /// Makes an empty heap.
    ///
    /// - Parameter precedes: Whether the first element must come out before the second.
    init(precedes: @escaping (Element, Element) -> Bool) {
        self.precedes = precedes
    }

    var first: Element? { elements.first }
    var count: Int { elements.count }
    var isEmpty: Bool { elements.isEmpty }

    mutating func push(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(elements[child], elements[parent]) else { return }
            elements.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Element? {
        guard let result = elements.first else { return nil }
        let last = elements.removeLast()
        if !elements.isEmpty {
            elements[0] = last
            sink()
        }
        return result
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < elements.count {
                if precedes(elements[child], elements[best]) { best = child }
            }
            guard best != parent else { return }
            elements.swapAt(parent, best)
            parent = best
        }
    }
}

/// The members of a JSON object, in order, each name once.
///
/// Small objects are searched from the start; larger ones have an index.
public struct JSONObject: Sendable {
    /// Up to this many members a search costs less than an index.
    private static let indexThreshold = 12

    private var members: [(key: String, value: JSONValue)] = []
    /// The places of all names, where there are more than `indexThreshold`; else empty.
    private var places: [KeyText: Int] = [:]

    /// Makes an object without members.
    public init() {}

    /// Makes an object; of two members with one name the later value counts, in the earlier's
    /// place.
    ///
    /// - Parameter members: Names and values in order.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    /// The names in order.
    public var keys: [String] { members.map(\.key) }

    /// The value of a member; nil where there is none, and assigning nil removes it.
    ///
    /// A new name goes to the end, a known one keeps its place.
    ///
    /// - Parameter key: The member's name.
    public subscript(key: String) -> JSONValue? {
        get { place(of: key).map { members[$0].value } }
        set {
            let place = place(of: key)
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): remove(at: place)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Adds a member with a new name.
    ///
    /// - Returns: False, without a change, where the name is there already.
    mutating func add(_ key: String, _ value: JSONValue) -> Bool {
        guard place(of: key) == nil else { return false }
        append(key, value)
        return true
    }

    func contains(_ key: String) -> Bool { place(of: key) != nil }

    private func place(of key: String) -> Int? {
        let key = KeyText(key)
        if members.count > Self.indexThreshold { return places[key] }
        return members.firstIndex { KeyText($0.key) == key }
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        members.append((key, value))
        if members.count == Self.indexThreshold + 1 {
            rebuildPlaces()
        } else if members.count > Self.indexThreshold {
            places[KeyText(key)] = members.count - 1
        }
    }

    private mutating func remove(at place: Int) {
        members.remove(at: place)
        rebuildPlaces()
    }

    private mutating func rebuildPlaces() {
        places.removeAll()
        guard members.count > Self.indexThreshold else { return }
        for (place, member) in members.enumerated() { places[KeyText(member.key)] = place }
    }
}

extension JSONObject: RandomAccessCollection {
    /// The place of the first member.
    public var startIndex: Int { 0 }

    /// The place behind the last member.
    public var endIndex: Int { members.count }

    /// A member.
    ///
    /// - Parameter position: Its place, zero-based.
    public subscript(position: Int) -> (key: String, value: JSONValue) { members[position] }
}

extension JSONObject: Hashable {
    /// Whether two objects have the same members, in whatever order.
    ///
    /// - Parameters:
    ///   - left: An object.
    ///   - right: Another one.
    /// - Returns: True where each member of one is in the other.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        for (index, member) in left.members.enumerated() {
            // Mostly the order is the same, and no search is needed.
            let twin = right.members[index]
            let value = KeyText(twin.key) == KeyText(member.key) ? twin.value : right[member.key]
            guard value == member.value else { return false }
        }
        return true
    }

    /// Hashes the members, in whatever order they are.
    ///
    /// - Parameter hasher: Where it goes.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var own = Hasher()
            own.combine(member.key)
            own.combine(member.value)
            sum ^= own.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object; of two members with one name the later value counts.
    ///
    /// - Parameter elements: Its members in order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}

/// A text that is equal to another only byte for byte.
///
/// The language's own equality holds texts equal that differ in normalization; JSON does not.
struct KeyText: Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: KeyText, right: KeyText) -> Bool {
        let (a, b) = (left.text.utf8, right.text.utf8)
        guard a.count == b.count else { return false }
        let fast = a.withContiguousStorageIfAvailable { bytes in
            b.withContiguousStorageIfAvailable { bytes.elementsEqual($0) }
        }
        return (fast ?? nil) ?? a.elementsEqual(b)
    }

    func hash(into hasher: inout Hasher) {
        // Equal bytes are equal texts, so the text's own hash will do.
        hasher.combine(text)
    }
}

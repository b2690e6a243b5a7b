import Store
import Values

/// What the store knows about the bearer of a token.
struct KnownCaller: Sendable {
    let user: User
    let permissions: Set<Permission>
    let projects: [Project]
    let credential: Caller.Credential
    let created: Moment
    var lastSeen: Moment
    /// Nil for a token without an end.
    var expires: Moment?
    /// When it was read from the store.
    var readAt: Moment

    /// How long what was read is taken for true, in milliseconds.
    ///
    /// Changes through the gate count at once; this bounds the effect of any other.
    static let freshness: Int64 = 30_000

    func isValid(_ now: Moment) -> Bool { expires.map { now < $0 } ?? true }

    func isFresh(_ now: Moment) -> Bool {
        isValid(now) && now.milliseconds - readAt.milliseconds < Self.freshness
    }

    func caller(at address: String) -> Caller {
        Caller(
            user: user, permissions: permissions, projects: projects, credential: credential,
            address: address)
    }

    /// Finds the session or the API token of a digest.
    static func find(
        _ digest: [UInt8], in snapshot: Snapshot, now: Moment
    ) throws(StoreError) -> KnownCaller? {
        if let session = try snapshot.session(tokenHash: digest) {
            let user = try snapshot.user(session.user)
            return KnownCaller(
                user: user, permissions: try permissions(of: user, in: snapshot),
                projects: try snapshot.projects(ofUser: user.id),
                credential: .session(session.id), created: session.created,
                lastSeen: session.lastSeen, expires: session.expires, readAt: now)
        }
        guard let token = try snapshot.token(tokenHash: digest) else { return nil }
        let user = try snapshot.user(token.user)
        return KnownCaller(
            user: user, permissions: try permissions(of: user, in: snapshot),
            projects: try snapshot.projects(ofUser: user.id),
            credential: .token(token.id), created: token.created,
            lastSeen: token.lastUsed ?? token.created, expires: token.expires, readAt: now)
    }

    /// The permissions of all roles of a user.
    static func permissions(
        of user: User, in snapshot: Snapshot
    ) throws(StoreError) -> Set<Permission> {
        var permissions: Set<Permission> = []
        for id in user.roles {
            // A symbol that this version does not know grants nothing.
            permissions.formUnion(
                try snapshot.role(id).permissions.compactMap(Permission.init(rawValue:)))
        }
        return permissions
    }
}

/// The callers that were seen lately, by the digests of their tokens.
struct CallerCache: Sendable {
    /// More are not remembered.
    private static let capacity = 4_096

    private var callers: [[UInt8]: KnownCaller] = [:]
    /// Grows with each change of users: what was read before one is not remembered after it.
    private(set) var generation = 0

    subscript(digest: [UInt8]) -> KnownCaller? { callers[digest] }

    mutating func remember(_ digest: [UInt8], _ caller: KnownCaller, generation: Int) {
        guard generation == self.generation else { return }
        if callers.count >= Self.capacity { callers.removeAll(keepingCapacity: true) }
        callers[digest] = caller
    }

    mutating func forgetAll() {
        generation += 1
        callers.removeAll(keepingCapacity: true)
    }
}

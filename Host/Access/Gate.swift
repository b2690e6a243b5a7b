import Crypto
import Log
import Store
import Values

/// The door of the host: who comes in, with which permissions, and for how long.
///
/// Users, roles and projects are changed through here alone, so that what the door remembers of
/// callers is dropped at once when something about them changes.
package actor Gate {
    let store: Store
    let hasher: PasswordHasher
    let policy: SessionPolicy
    let clock: @Sendable () -> Moment
    let log = Log("access")
    var delay = LoginDelay()
    private var callers = CallerCache()

    /// Opens the door; `prepare` has to be called before the first request.
    ///
    /// - Parameters:
    ///   - store: Where users, roles and sessions are kept.
    ///   - hasher: Verifies passwords.
    ///   - policy: How long sessions last.
    ///   - clock: The host's clock.
    package init(
        store: Store, hasher: PasswordHasher, policy: SessionPolicy = SessionPolicy(),
        clock: @escaping @Sendable () -> Moment = { Moment.now() }
    ) {
        self.store = store
        self.hasher = hasher
        self.policy = policy
        self.clock = clock
    }

    /// Finds out who makes a request.
    ///
    /// - Parameters:
    ///   - token: The bearer token.
    ///   - address: Where the request came from.
    /// - Returns: The caller with its permissions.
    /// - Throws: `.unauthenticated` for a token that is unknown, expired or ended.
    package func authenticate(token: String, address: String) async throws(AccessError) -> Caller {
        guard let digest = BearerToken.digest(of: token) else { throw .unauthenticated }
        let now = clock()
        if let known = callers[digest], known.isFresh(now), !needsTouch(known, now) {
            return known.caller(at: address)
        }
        let generation = callers.generation
        let found: KnownCaller?
        do throws(StoreError) {
            found = try await store.read { (snapshot) throws(StoreError) in
                try KnownCaller.find(digest, in: snapshot, now: now)
            }
        } catch {
            throw .store(error)
        }
        guard var caller = found, caller.user.enabled, caller.isValid(now) else {
            throw .unauthenticated
        }
        if needsTouch(caller, now) { caller = try await touch(caller, now) }
        caller.readAt = now
        callers.remember(digest, caller, generation: generation)
        return caller.caller(at: address)
    }

    /// Forgets what is remembered of all callers, because something about users has changed.
    func forgetCallers() { callers.forgetAll() }

    private func needsTouch(_ caller: KnownCaller, _ now: Moment) -> Bool {
        now.milliseconds - caller.lastSeen.milliseconds >= policy.touchInterval
    }

    /// Notes that the session or token is in use.
    private func touch(_ caller: KnownCaller, _ now: Moment) async throws(AccessError)
        -> KnownCaller
    {
        var caller = caller
        caller.lastSeen = now
        let seen: KnownCaller
        switch caller.credential {
        case .session:
            caller.expires = policy.expiry(created: caller.created, lastSeen: now)
            seen = caller
        case .token: seen = caller
        }
        do throws(StoreError) {
            try await store.write { (transaction) throws(StoreError) in
                switch seen.credential {
                case .session(let id):
                    try transaction.touchSession(
                        id, lastSeen: now, expires: seen.expires ?? now)
                case .token(let id): try transaction.touchToken(id, lastUsed: now)
                }
            }
        } catch .notFound {
            // It was ended between the reading and the writing.
            throw .unauthenticated
        } catch {
            throw .store(error)
        }
        return seen
    }
}

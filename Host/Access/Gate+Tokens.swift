import JSON
import Store
import Values

extension Gate {
    /// The tokens of a user, the newest first.
    package func tokens(of user: UUID) async throws(AccessError) -> [APIToken] {
        try await reading { (snapshot) throws(StoreError) in try snapshot.tokens(ofUser: user) }
    }

    /// Makes a token with which a machine acts as the caller.
    ///
    /// - Parameters:
    ///   - name: What it is for, in the caller's words.
    ///   - expires: Nil for a token that lasts until it is deleted.
    ///   - caller: Whose token it is.
    /// - Returns: The token's row, and the token itself, told once.
    /// - Throws: What the store throws.
    package func addToken(
        name: String, expires: Moment?, by caller: Caller
    ) async throws(AccessError) -> (token: APIToken, text: String) {
        let secret = try BearerToken()
        let token = try await writing { (transaction) throws(StoreError) in
            let token = APIToken(
                id: transaction.newID(), user: caller.user.id, name: name,
                tokenHash: secret.digest, created: transaction.now, expires: expires)
            try transaction.insert(token)
            try caller.note(.tokenAdded, ["token": .string(name)], in: transaction)
            return token
        }
        return (token, secret.text)
    }

    /// Deletes one of the caller's own tokens.
    package func removeToken(_ id: UUID, by caller: Caller) async throws(AccessError) {
        try await changing { (transaction) throws(StoreError) in
            let own = try transaction.tokens(ofUser: caller.user.id)
            guard let token = own.first(where: { $0.id == id }) else { throw .notFound(.token) }
            try transaction.deleteToken(id)
            try caller.note(.tokenRemoved, ["token": .string(token.name)], in: transaction)
        }
    }
}

import Crypto
import Reactor

/// Hashes and verifies passwords on the work executor, because each derivation takes about 0.1 s.
package struct PasswordHasher: Sendable {
    private let work: Work
    private let parameters: Scrypt
    /// A hash of nothing that anybody knows: verifying against it takes as long as against a real one.
    private let dummy: PasswordHash

    /// Makes a hasher.
    ///
    /// - Parameters:
    ///   - work: Where derivations run.
    ///   - parameters: The cost of new hashes; stored ones keep their own.
    /// - Throws: `.crypto` where the library is missing.
    package init(work: Work, parameters: Scrypt = .interactive) throws(AccessError) {
        self.work = work
        self.parameters = parameters
        do throws(CryptoError) {
            dummy = PasswordHash(
                parameters: parameters, salt: try SecureRandom.bytes(PasswordHash.saltLength),
                key: try SecureRandom.bytes(PasswordHash.keyLength))
        } catch {
            throw .crypto(error)
        }
    }

    /// Compares a password with a stored hash.
    ///
    /// - Parameters:
    ///   - password: What was typed.
    ///   - stored: The stored text; nil for an unknown user, which takes the same time.
    /// - Returns: Whether the password is the right one; always false for an unknown user.
    /// - Throws: `.overloaded` or `.crypto`.
    func verify(_ password: String, against stored: String?) async throws(AccessError) -> Bool {
        let hash = stored.flatMap { PasswordHash($0) }
        let reference = hash ?? dummy
        let key = try await derive(password, reference.parameters, reference.salt)
        return ConstantTime.areEqual(key, reference.key) && hash != nil
    }

    /// Hashes a new password, and compares it with all that its user had before.
    ///
    /// A user's hashes share one salt while the parameters stay the same, so that one derivation
    /// serves for the new hash and for the comparison with every old one.
    ///
    /// - Parameters:
    ///   - password: The new password; it fulfils the other rules.
    ///   - history: The stored hashes of the user, the newest first.
    /// - Returns: What is to be stored.
    /// - Throws: `.password(.usedBefore)`.
    func hash(
        _ password: String, history: [String] = []
    ) async throws(AccessError) -> PasswordHash {
        let old = history.compactMap { PasswordHash($0) }
        let salt: [UInt8]
        if let newest = old.first, newest.parameters == parameters {
            salt = newest.salt
        } else {
            do throws(CryptoError) {
                salt = try SecureRandom.bytes(PasswordHash.saltLength)
            } catch {
                throw .crypto(error)
            }
        }
        let new = PasswordHash(
            parameters: parameters, salt: salt, key: try await derive(password, parameters, salt))
        var keys = [Recipe(new): new.key]
        for hash in old {
            let recipe = Recipe(hash)
            let key: [UInt8]
            if let known = keys[recipe] {
                key = known
            } else {
                key = try await derive(password, hash.parameters, hash.salt)
                keys[recipe] = key
            }
            if ConstantTime.areEqual(key, hash.key) { throw .password(.usedBefore) }
        }
        return new
    }

    /// What a derivation depends on beside the password.
    private struct Recipe: Hashable {
        let parameters: Scrypt
        let salt: [UInt8]

        init(_ hash: PasswordHash) {
            parameters = hash.parameters
            salt = hash.salt
        }
    }

    private func derive(
        _ password: String, _ parameters: Scrypt, _ salt: [UInt8]
    ) async throws(AccessError) -> [UInt8] {
        let bytes = Array(password.utf8)
        let result: Result<[UInt8], CryptoError>
        do throws(Work.Overloaded) {
            result = try await work.run {
                Result { () throws(CryptoError) in
                    try parameters.derive(
                        password: bytes, salt: salt, length: PasswordHash.keyLength)
                }
            }
        } catch {
            throw .overloaded
        }
        switch result {
        case .success(let key): return key
        case .failure(let error): throw .crypto(error)
        }
    }
}

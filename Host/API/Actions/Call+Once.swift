import Access
import HTTP
import Values

extension IdempotencyKeys {
    /// The header, for the OpenAPI document.
    static let parameter = EndpointForm.Parameter(
        "Idempotency-Key", in: .header, .text(1...200),
        Phrase(
            "Повтор запроса с тем же ключом не начинает нового запуска.",
            "The same request with the same key starts no second run."))
}

extension Call {
    /// Starts a run, or gives the one that the same request with the same `Idempotency-Key` has
    /// started.
    ///
    /// - Parameter start: Starts it.
    /// - Returns: The run.
    /// - Throws: `idempotency_key_reused` for another request with the key, or what `start` throws.
    func once(_ start: @escaping @Sendable () async throws(Failure) -> UUID) async throws(Failure)
        -> UUID
    {
        guard let text = request.headers["idempotency-key"] else { return try await start() }
        guard (1...200).contains(text.utf8.count) else {
            throw Failure(
                .invalidParameter,
                issues: [
                    Issue(
                        .header("Idempotency-Key"),
                        Phrase("От 1 до 200 байт.", "1 to 200 bytes."))
                ])
        }
        let key = IdempotencyKeys.Key(
            user: try caller.user.id, project: try project.id, text: text)
        var digest = Hasher()
        digest.combine(request.head.path)
        digest.combine(body)
        return try await services.idempotency.once(
            key, request: digest.finalize(), now: services.store.now.milliseconds, start)
    }
}

import Access
import HTTP
import JSON

/// Reads the body of a request and compares it with what its route takes.
enum BodyCheck {
    /// Reads the body.
    ///
    /// The bodies of edits are compared with their shape later, beside the thing that they edit;
    /// see ``Edit``.
    ///
    /// - Returns: Null where the route takes no body.
    /// - Throws: What is wrong with it, and where.
    static func json(of request: HTTPRequest, for endpoint: Endpoint) async throws(Failure)
        -> JSONValue
    {
        guard let expected = endpoint.form.body else { return .null }
        try checkMediaType(of: request, expected)
        let bytes = try await bytes(of: request, upTo: expected.limit)
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw Failure(.invalidJSON, error.phrase)
        }
        guard endpoint.method == .post else { return value }
        let issues = expected.shape.issues(in: value, as: expected.use)
        guard issues.isEmpty else { throw .invalidBody(issues) }
        return value
    }

    private static func checkMediaType(
        of request: HTTPRequest, _ expected: EndpointForm.Body
    ) throws(Failure) {
        let field = request.headers["content-type"] ?? ""
        let name = field.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        guard expected.mediaTypes.contains(name) else {
            let names = expected.mediaTypes.joined(separator: ", ")
            throw Failure(
                .unsupportedMediaType,
                Phrase(
                    "Отправьте тело с Content-Type: \(names).",
                    "Send the body with Content-Type: \(names)."))
        }
    }

    private static func bytes(
        of request: HTTPRequest, upTo limit: Int
    ) async throws(Failure) -> [UInt8] {
        let tooLarge = Failure(
            .contentTooLarge,
            Phrase("Принимается не более \(limit) байт.", "At most \(limit) bytes are taken."))
        switch request.body {
        case .bytes(let bytes):
            guard bytes.count <= limit else { throw tooLarge }
            return bytes
        case .stream(let stream):
            do throws(BodyStream.Failure) {
                return try await stream.collect(upTo: limit)
            } catch .tooLarge {
                throw tooLarge
            } catch {
                throw Failure(
                    .invalidJSON,
                    Phrase("Тело запроса неполно.", "The body is incomplete."))
            }
        }
    }
}

extension JSONError {
    /// The fault with its place, in both languages.
    var phrase: Phrase {
        Phrase("Строка \(line), столбец \(column): \(reason.russian).", description + ".")
    }
}

extension JSONError.Reason {
    fileprivate var russian: String {
        switch self {
        case .empty: "нет значения JSON"
        case .unexpectedEnd: "документ обрывается посреди значения"
        case .unexpected(let byte, _):
            (0x21...0x7E).contains(byte)
                ? "неожиданный символ '\(Unicode.Scalar(byte))'" : "неожиданный байт \(byte)"
        case .invalidUTF8: "текст не в кодировке UTF-8"
        case .byteOrderMark: "документ начинается с метки порядка байтов"
        case .controlCharacter: "управляющий символ в тексте должен быть экранирован"
        case .invalidEscape: "неверная последовательность после обратной косой черты"
        case .loneSurrogate: "половина суррогатной пары без другой"
        case .malformedNumber: "неверная запись числа"
        case .exponentTooLarge: "слишком большой порядок числа"
        case .duplicateKey(let key): "имя «\(key)» встречается в объекте дважды"
        case .tooDeep(let limit): "вложенность больше \(limit)"
        case .trailingContent: "после документа что-то следует"
        }
    }
}

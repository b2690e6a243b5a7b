import Access

/// What can go wrong, as callers tell it apart: a stable code, its HTTP status and a title.
///
/// A code is never renamed or given another meaning; new ones may come.
enum ProblemCode: String, Sendable, CaseIterable {
    case invalidJSON = "invalid_json"
    case invalidBody = "invalid_body"
    case invalidParameter = "invalid_parameter"
    case projectNeeded = "project_needed"
    case unsupportedMediaType = "unsupported_media_type"
    case contentTooLarge = "content_too_large"
    case unauthenticated
    case wrongCredentials = "wrong_credentials"
    case userDisabled = "user_disabled"
    case loginDelayed = "login_delayed"
    case permissionDenied = "permission_denied"
    case notFound = "not_found"
    case revisionMismatch = "revision_mismatch"
    case preconditionRequired = "precondition_required"
    case alreadyExists = "already_exists"
    case inUse = "in_use"
    case conflict
    case keyReused = "idempotency_key_reused"
    case storeFull = "store_full"
    case unavailable
    case internalError = "internal"

    var status: Int {
        switch self {
        case .invalidJSON, .invalidParameter, .projectNeeded: 400
        case .unauthenticated, .wrongCredentials: 401
        case .permissionDenied, .userDisabled: 403
        case .notFound: 404
        case .alreadyExists, .inUse, .conflict: 409
        case .revisionMismatch: 412
        case .contentTooLarge: 413
        case .unsupportedMediaType: 415
        case .invalidBody, .keyReused: 422
        case .preconditionRequired: 428
        case .loginDelayed: 429
        case .internalError: 500
        case .unavailable: 503
        case .storeFull: 507
        }
    }

    /// What is wrong, in a few words.
    var title: Phrase {
        switch self {
        case .invalidJSON: Phrase("Тело запроса — не JSON", "The body is not JSON")
        case .invalidBody: Phrase("Тело запроса неверно", "The body is wrong")
        case .invalidParameter: Phrase("Параметр запроса неверен", "A parameter is wrong")
        case .projectNeeded: Phrase("Укажите проект", "Name the project")
        case .unsupportedMediaType:
            Phrase("Тип содержимого не поддерживается", "The media type is not supported")
        case .contentTooLarge: Phrase("Тело запроса слишком велико", "The body is too large")
        case .unauthenticated: Phrase("Войдите в систему", "Log in first")
        case .wrongCredentials:
            Phrase("Неверное имя или пароль", "The name or the password is wrong")
        case .userDisabled: Phrase("Пользователь отключён", "The user is disabled")
        case .loginDelayed:
            Phrase("Слишком много неудачных попыток входа", "Too many failed attempts to log in")
        case .permissionDenied: Phrase("Недостаточно прав", "The permission is missing")
        case .notFound: Phrase("Не найдено", "Not found")
        case .revisionMismatch:
            Phrase("Запись уже изменена", "It was changed since it was read")
        case .preconditionRequired: Phrase("Нужен заголовок If-Match", "If-Match is needed")
        case .alreadyExists: Phrase("Такая запись уже есть", "There is one already")
        case .inUse: Phrase("Запись используется", "It is in use")
        case .conflict: Phrase("Сейчас это невозможно", "That is not possible now")
        case .keyReused:
            Phrase(
                "Idempotency-Key уже использован с другим запросом",
                "The Idempotency-Key was used with another request")
        case .storeFull: Phrase("Хранилище заполнено", "The store is full")
        case .unavailable: Phrase("Сервис временно недоступен", "Not available at the moment")
        case .internalError: Phrase("Внутренняя ошибка", "An internal error")
        }
    }
}

import Access
import JSON
import Store

extension Failure {
    /// What the store refused, in the words of the API.
    ///
    /// Whatever a caller cannot mend tells no more than that it happened; the rest is in the log.
    init(_ error: StoreError) {
        switch error {
        case .notFound: self.init(.notFound)
        case .revisionMismatch(_, let current):
            self.init(
                .revisionMismatch,
                Phrase(
                    "Текущая редакция — \(current). Прочитайте запись заново.",
                    "It is now at revision \(current). Read it again."),
                headers: ["ETag": "\"\(current)\""])
        case .alreadyExists(let entity, let field):
            self.init(
                .alreadyExists,
                issues: [
                    .body(
                        JSONPointer([Self.member(field, of: entity)]),
                        Phrase("Такое значение уже занято.", "The value is taken already."))
                ])
        case .inUse(_, let user):
            let what = user?.rawValue ?? "-"
            self.init(
                .inUse,
                Phrase(
                    "Сначала удалите или измените то, что ссылается на запись (\(what)).",
                    "First delete or change what refers to it (\(what))."))
        case .invalid("cursor", _):
            self = .parameter(
                "cursor", Phrase("Это не курсор этого списка.", "Not a cursor of this list."))
        case .invalid("parent", let message):
            self = .invalidBody([
                .body(
                    JSONPointer(["parentId"]),
                    Phrase(
                        "Запись не может стоять ниже самой себя; уровней групп не больше трёх.",
                        "It cannot be: \(message)."))
            ])
        case .invalid("isDefault", _):
            self = .invalidBody([
                .body(
                    JSONPointer(["isDefault"]),
                    Phrase(
                        "В проекте всегда есть группа по умолчанию: назначьте сначала другую.",
                        "A project always has a default group: make another one the default first.")
                )
            ])
        case .invalid(let field, let message):
            self = .invalidBody([
                .body(
                    JSONPointer([field]),
                    Phrase("Недопустимое значение (\(message)).", "Not allowed: \(message)."))
            ])
        case .illegalTransition:
            self.init(.conflict)
        case .database(let failure) where failure.kind == .full:
            self.init(
                .storeFull,
                Phrase("Освободите место на диске.", "Free some space on the disk."))
        case .database(let failure) where failure.kind == .busy || failure.kind == .interrupted:
            self.init(.unavailable)
        case .database(let failure) where failure.kind == .constraint:
            self.init(
                .alreadyExists,
                Phrase(
                    "Имя или другое единственное значение уже занято.",
                    "A name or another unique value is taken already."))
        case .closed: self.init(.unavailable)
        default:
            self.init(.internalError)
            cause = error.description
        }
    }

    /// What the API calls a value that the store keeps unique.
    private static func member(_ field: String, of entity: Entity) -> String {
        switch (entity, field) {
        // Users are told apart regardless of case.
        case (.user, "name"), (.user, "name_folded"): "login"
        case (.user, "email_folded"): "email"
        default: field
        }
    }

    /// What the store refused of a body.
    ///
    /// - Parameters:
    ///   - error: What the store said.
    ///   - references: The members of the body that name other things, by what they name. One that is
    ///     not there is a fault of that member.
    init(_ error: StoreError, references: [Entity: String]) {
        guard case .notFound(let entity) = error, let member = references[entity] else {
            self.init(error)
            return
        }
        self = .invalidBody([
            .body(
                JSONPointer([member]), Phrase("Такой записи нет.", "There is no such thing."))
        ])
    }

    /// What the gate refused.
    init(_ error: AccessError) {
        switch error {
        case .wrongCredentials: self.init(ProblemCode.wrongCredentials)
        case .delayed(let seconds):
            self.init(
                .loginDelayed,
                Phrase("Повторите через \(seconds) с.", "Try again in \(seconds) s."),
                headers: ["Retry-After": String(seconds)])
        case .disabled: self.init(.userDisabled)
        case .unauthenticated:
            self.init(.unauthenticated, headers: ["WWW-Authenticate": "Bearer"])
        case .password(let fault):
            self = .invalidBody([.body(JSONPointer(["password"]), fault.phrase)])
        case .exceedsOwnPermissions(let permissions):
            let names = permissions.prefix(10).map(\.symbol).joined(separator: ", ")
            self.init(
                .permissionDenied,
                Phrase(
                    "У вас самих нет разрешений: \(names).",
                    "You do not have these permissions yourself: \(names)."))
        case .lastAdministrator:
            self.init(
                .conflict,
                Phrase(
                    "Не останется ни одного включённого администратора.",
                    "No enabled administrator would be left."))
        case .builtIn:
            self.init(
                .conflict,
                Phrase(
                    "Встроенную роль нельзя удалить, переименовать или лишить прав администратора.",
                    "A built-in role keeps its name, and the administrator's its permissions."))
        case .unknownPermission(let symbol):
            self = .invalidBody([
                .body(
                    JSONPointer(["permissions"]),
                    Phrase(
                        "Неизвестное разрешение: \(symbol).", "Unknown permission: \(symbol)."))
            ])
        case .overloaded: self.init(.unavailable, headers: ["Retry-After": "1"])
        case .store(let error): self.init(error)
        case .crypto(let error):
            self.init(.internalError)
            cause = error.description
        }
    }
}

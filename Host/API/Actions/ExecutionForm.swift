import Access
import JSON
import Store

/// How runs and tasks stand and end, as the API says it.
enum ExecutionForm {
    /// The results by the API's symbols.
    static let results: [String: ExecutionResult] = Dictionary(
        uniqueKeysWithValues: ExecutionResult.allCases.map { (symbol($0), $0) })

    /// The API's symbol of a result.
    static func symbol(_ result: ExecutionResult) -> String {
        switch result {
        case .success: "success"
        case .partial: "partial"
        case .error: "error"
        case .nothingToDo: "nothing"
        case .cancelledByUser: "cancelledByUser"
        case .cancelledBySchedule: "cancelledBySchedule"
        }
    }

    /// What a run or a task is called in the state it is in; Russian as in the manual (2.2.24).
    static func name(_ state: ExecutionState, _ result: ExecutionResult?) -> Phrase {
        switch result {
        case .success: Phrase("успех", "success")
        case .partial: Phrase("частично успешно", "partly successful")
        case .error: Phrase("ошибка", "error")
        case .nothingToDo: Phrase("отсутствует", "nothing to do")
        case .cancelledByUser: Phrase("отмена пользователем", "cancelled by the user")
        case .cancelledBySchedule: Phrase("отмена расписание", "cancelled by the schedule")
        case nil:
            state == .running
                ? Phrase("выполняется", "running") : Phrase("ожидается", "pending")
        }
    }

    static let fields: [Field] = [
        .output(
            "state", .choice(ExecutionState.allCases.map(\.rawValue)),
            Phrase("Состояние.", "Where it stands.")),
        .output(
            "result", .nullable(.choice(ExecutionResult.allCases.map(symbol))),
            Phrase("Результат.", "How it ended.")),
        .output(
            "resultName",
            .object(
                ObjectShape(
                    "Names",
                    [
                        .output("ru", .text(upTo: 200), Phrase("По-русски.", "In Russian.")),
                        .output("en", .text(upTo: 200), Phrase("По-английски.", "In English.")),
                    ])), Phrase("Результат словами.", "The result in words.")),
        .output("progress", .integer(0...100), Phrase("Выполнено, %.", "Per cent done.")),
        .output(
            "startedAt", .nullable(.form(.time)), Phrase("Когда начато.", "When it began.")),
        .output(
            "finishedAt", .nullable(.form(.time)), Phrase("Когда закончено.", "When it ended.")),
    ]

    /// The members that runs and tasks have in common.
    static func members(
        _ state: ExecutionState, _ result: ExecutionResult?
    ) -> [(String, JSONValue)] {
        let name = name(state, result)
        return [
            ("state", .string(state.rawValue)),
            ("result", result.map { .string(symbol($0)) } ?? .null),
            ("resultName", ["ru": .string(name.ru), "en": .string(name.en)]),
        ]
    }
}

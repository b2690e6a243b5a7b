import JSON
import Values

/// What became of the measurements of one change.
struct MeasurementResult: Sendable {
    var summary = AppendSummary()
    /// For the audit.
    var corrections: [CorrectionNote] = []
}

typealias MeasurementOutcome = Result<MeasurementResult, StoreError>

/// A displaced value, as the audit tells of it.
struct CorrectionNote: Hashable, Sendable {
    /// The same in the measurement file and in the audit, so that neither has it twice.
    var id: UUID
    var project: UUID
    var device: UUID
    var child: String
    var archive: String
    var kind: MeasurementKind
    var time: Timestamp
    var displaced: Value?
    var value: Value?
    var at: Moment

    /// The audit's row.
    var entry: AuditEntry {
        let parameters: JSONValue = [
            "device": .string(device.description), "child": .string(child),
            "archive": .string(archive), "quantity": .string(kind.quantity),
            "tag": .string(kind.tag), "time": .string(time.rfc3339),
            "displaced": displaced.map { .string($0.description) } ?? .null,
            "value": value.map { .string($0.description) } ?? .null,
        ]
        return AuditEntry(
            id: id, category: .general, project: project, actor: "store",
            symbol: Self.symbol, parameters: parameters, at: at)
    }

    static let symbol = "MEASUREMENT_CORRECTED"
}

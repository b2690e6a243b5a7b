import JSON
import Values

/// An entry of the change log that feeds the event stream.
package struct ChangeEntry: Hashable, Sendable {
    /// Grows with every change and is never given twice.
    package var sequence: Int64
    /// Nil for what belongs to the whole host.
    package var project: UUID?
    package var entity: Entity
    package var id: UUID
    package var action: ChangeAction
    package var at: Moment
    /// What a listener wants to know at once, as a task's progress; null for none.
    package var data: JSONValue

    package init(
        sequence: Int64, project: UUID?, entity: Entity, id: UUID, action: ChangeAction, at: Moment,
        data: JSONValue
    ) {
        self.sequence = sequence
        self.project = project
        self.entity = entity
        self.id = id
        self.action = action
        self.at = at
        self.data = data
    }
}

/// What happened to a row.
package enum ChangeAction: String, Hashable, Sendable, CaseIterable {
    case created, updated, deleted
}

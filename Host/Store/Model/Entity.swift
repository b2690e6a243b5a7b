/// The kinds of things that the store holds under an identifier of their own.
package enum Entity: String, Hashable, Sendable, CaseIterable {
    case project, user, role, session, token
    case group, device, channel, `protocol`, commline
    case job, run, task, command, archive, setting
    case event, state, measurement, audit
}

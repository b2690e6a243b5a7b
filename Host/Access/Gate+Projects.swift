import JSON
import Store
import Values

extension Gate {
    /// Makes a project; who makes it is its first member.
    ///
    /// - Returns: The project as stored.
    package func add(_ project: Project, by caller: Caller) async throws(AccessError) -> Project {
        try await changing { (transaction) throws(StoreError) in
            var new = project
            new.id = transaction.newID()
            new.created = transaction.now
            try transaction.insert(new)
            try Self.join(caller.user.id, new.id, in: transaction)
            try caller.note(
                .projectAdded, ["project": .string(new.name)], project: new.id, in: transaction)
            return try transaction.project(new.id)
        }
    }

    /// Changes a project's name and description.
    ///
    /// - Returns: The project as stored.
    package func update(
        _ project: Project, expecting revision: Int64?, by caller: Caller
    ) async throws(AccessError) -> Project {
        try await changing { (transaction) throws(StoreError) in
            try transaction.update(project, expecting: revision)
            try caller.note(
                .projectUpdated, ["project": .string(project.name)], project: project.id,
                in: transaction)
            return try transaction.project(project.id)
        }
    }

    /// Deletes a project that has no devices.
    package func removeProject(
        _ id: UUID, expecting revision: Int64?, by caller: Caller
    ) async throws(AccessError) {
        try await changing { (transaction) throws(StoreError) in
            let name = try transaction.project(id).name
            try transaction.deleteProject(id, expecting: revision)
            try caller.note(.projectRemoved, ["project": .string(name)], in: transaction)
        }
    }

    /// Makes a user a member of a project.
    package func addMember(
        _ user: UUID, to project: UUID, by caller: Caller
    ) async throws(AccessError) {
        try await changing { (transaction) throws(StoreError) in
            let name = try transaction.project(project).name
            try Self.join(user, project, in: transaction)
            try caller.note(
                .userUpdated,
                [
                    "user": .string(try transaction.user(user).name),
                    "joined": .string(name),
                ], project: project, in: transaction)
        }
    }

    /// Ends a user's membership.
    package func removeMember(
        _ user: UUID, from project: UUID, by caller: Caller
    ) async throws(AccessError) {
        try await changing { (transaction) throws(StoreError) in
            var member = try transaction.user(user)
            guard member.projects.contains(project) else { throw .notFound(.user) }
            member.projects.removeAll { $0 == project }
            try transaction.update(member)
            try caller.note(
                .userUpdated,
                [
                    "user": .string(member.name),
                    "left": .string(try transaction.project(project).name),
                ], project: project, in: transaction)
        }
    }

    private static func join(
        _ user: UUID, _ project: UUID, in transaction: Transaction
    ) throws(StoreError) {
        var member = try transaction.user(user)
        guard !member.projects.contains(project) else { return }
        member.projects.append(project)
        try transaction.update(member)
    }
}

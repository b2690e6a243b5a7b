import Glibc

/// The limit of open descriptors (RLIMIT_NOFILE).
package struct DescriptorLimit: Hashable, Sendable {
    /// What counts now.
    package var soft: UInt64
    /// How far the process may raise it.
    package var hard: UInt64

    /// Raises the soft limit to the hard one.
    ///
    /// - Returns: The limits that hold afterwards.
    /// - Throws: A `SystemError` when the system refuses.
    package static func raise() throws(SystemError) -> DescriptorLimit {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw SystemError("getrlimit", code: errno)
        }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
                throw SystemError("setrlimit", code: errno)
            }
        }
        return DescriptorLimit(soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max))
    }
}

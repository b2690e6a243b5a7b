import Glibc

/// A process that a test starts: it ends with the test, however the test ends.
final class Child {
    let pid: pid_t
    private let name: String
    private let pipe: Int32
    private let errorFile: String
    private let scratch: Scratch
    private var unread: [UInt8] = []
    private var status: Int32?

    /// Starts a program with one pipe for its input and output; its errors go to a file.
    init(_ program: String, _ arguments: [String], environment: [String] = [], in scratch: Scratch)
        throws
    {
        let (ours, theirs) = try Self.pair()
        defer { close(theirs) }
        name = ([program] + arguments).joined(separator: " ")
        self.scratch = scratch
        errorFile = scratch.path + "/errors-\(UInt32.random(in: 0...UInt32.max))"

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, theirs, 0)
        posix_spawn_file_actions_adddup2(&actions, theirs, 1)
        posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT, 0o600)

        let words = ([program] + arguments).map { strdup($0) }
        let variables = (Child.inherited + environment).map { strdup($0) }
        defer { for text in words + variables { free(text) } }
        var started: pid_t = 0
        let code = posix_spawn(&started, program, &actions, nil, words + [nil], variables + [nil])
        pipe = ours
        pid = started
        guard code == 0 else {
            status = 127
            throw Trouble.system("start \(name)", code)
        }
        Guardian.shared.adopt(pid)
    }

    deinit {
        if status == nil { kill() }
        close(pipe)
    }

    /// What the process wrote to its standard error so far.
    var errors: String { (try? Files.text(errorFile)) ?? "" }

    /// Waits for a line on the process's output.
    ///
    /// - Returns: The first line, from where reading stood, that contains the text.
    func line(containing text: String, within duration: Duration = .seconds(30)) throws -> String {
        let deadline = Deadline(duration)
        while true {
            while let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: unread[..<end], as: UTF8.self)
                unread.removeSubrange(...end)
                if line.contains(text) { return line }
            }
            guard try more(before: deadline, "\"\(text)\" from \(name); \(errors)") else {
                throw Trouble.ended("\(name); \(errors)")
            }
        }
    }

    /// Waits for the end of the process and gives all that it still had to say.
    func finish(within duration: Duration = .seconds(60)) throws -> (status: Int32, output: String)
    {
        let deadline = Deadline(duration)
        while try more(before: deadline, "the end of \(name); \(errors)") {}
        return (reap(), String(decoding: unread, as: UTF8.self))
    }

    /// Sends a signal.
    func signal(_ number: Int32) {
        if status == nil { Glibc.kill(pid, number) }
    }

    /// Ends the process at once and waits until it is gone.
    func kill() {
        signal(SIGKILL)
        _ = reap()
    }

    /// Tells whether the process still runs.
    var isAlive: Bool {
        guard status == nil else { return false }
        var raw: Int32 = 0
        guard waitpid(pid, &raw, WNOHANG) == pid else { return true }
        settle(raw)
        return false
    }

    private func more(before deadline: Deadline, _ what: @autoclosure () -> String) throws -> Bool {
        try deadline.awaitReadable(pipe, what())
        var block = [UInt8](repeating: 0, count: 65_536)
        let count = read(pipe, &block, block.count)
        guard count >= 0 else { throw Trouble.system("read", errno) }
        unread += block[..<count]
        return count > 0
    }

    private func reap() -> Int32 {
        if let status { return status }
        var raw: Int32 = 0
        while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        settle(raw)
        return status ?? 127
    }

    /// Keeps the exit code, or 128 and the signal's number as a shell does.
    private func settle(_ raw: Int32) {
        status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
        Guardian.shared.release(pid)
    }

    /// Makes a pipe that works both ways and that no other child inherits.
    static func pair() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw Trouble.system("socketpair", errno)
        }
        return (ends[0], ends[1])
    }

    private static let inherited: [String] = {
        ["PATH", "HOME", "LD_LIBRARY_PATH"].compactMap { name in
            Workplace.environment(name).map { "\(name)=\($0)" }
        } + ["LANG=C.UTF-8"]
    }()
}

/// Kills what is still alive when the test process itself has ended, by a crash too: a shell that
/// holds the list and waits for the end of its input.
final class Guardian: Sendable {
    static let shared = Guardian()
    private let pipe: Int32

    private init() {
        guard let (ours, theirs) = try? Child.pair() else {
            pipe = -1
            return
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, theirs, 0)
        let script = """
            trap '' INT TERM
            list=' '
            while read -r sign pid; do
                case $sign in
                    +) list="$list$pid " ;;
                    -) list="${list%% $pid *} ${list#* $pid }" ;;
                esac
            done
            for pid in $list; do kill -9 "$pid" 2>/dev/null; done
            """
        let texts = ["/bin/sh", "-c", script]
        let words = texts.map { strdup($0) }
        var pid: pid_t = 0
        posix_spawn(&pid, "/bin/sh", &actions, nil, words + [nil], [nil])
        for word in words { free(word) }
        posix_spawn_file_actions_destroy(&actions)
        close(theirs)
        pipe = ours
    }

    func adopt(_ pid: pid_t) { tell("+ \(pid)\n") }

    func release(_ pid: pid_t) { tell("- \(pid)\n") }

    private func tell(_ line: String) {
        _ = line.withCString { write(pipe, $0, strlen($0)) }
    }
}

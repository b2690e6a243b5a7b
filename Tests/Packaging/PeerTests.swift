import Glibc
import Testing

@testable import Packaging

/// Keys, signatures and packages as programs by others see them.
@Suite("Other programs")
struct PeerTests {
    static let root = String(#filePath.dropLast("/Tests/Packaging/PeerTests.swift".count))

    @Test("unpack a package and verify its signature")
    func verify() throws {
        let bench = try Bench()
        let key = try PrivateKey.generate()
        try key.write(to: bench.path + "/vendor.pem")
        let package = try bench.package(key: key)
        try package.write(to: bench.path + "/acme.cplugin")
        var pid: pid_t = 0
        let arguments: [String] = [
            Self.root + "/.build/peers/bin/python", Self.root + "/Tests/Peers/verify_package.py",
            bench.path + "/acme.cplugin", bench.path + "/vendor.pem",
        ]
        let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let code = posix_spawnp(&pid, arguments[0], nil, nil, words, environ)
        try #require(code == 0, "is .build/peers there? .ci/prepare test makes it")
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        #expect(status == 0)
    }
}

import CCommline
import DriverKit
import Glibc
import Manifests

/// The tables that the entry leads to.
enum TableCases {
    static let all: [CheckCase] = [
        CheckCase("tables", "Complete tables of this ABI, as the manifest says.", tables),
        CheckCase("entry", "The entry is pure: always the same table, and nothing else.", entry),
        CheckCase(
            "activation", "Activates and deactivates, in 1000 processes once each.", activation),
        CheckCase("extensions", "Unknown extension ids are answered with NULL.", extensions),
    ]

    /// Reads the plugin's table as far as its size covers it.
    private static func table(_ context: CaseContext) throws(CaseFailure) -> commline_plugin {
        guard let pointer = try context.entry() else {
            throw CaseFailure("commline_plugin_entry answered NULL")
        }
        let raw = UnsafeRawPointer(pointer)
        let size = Int(raw.load(as: UInt32.self))
        let major = size >= 12 ? raw.load(fromByteOffset: 4, as: UInt32.self) : 0
        let minor = size >= 12 ? raw.load(fromByteOffset: 8, as: UInt32.self) : 0
        if size >= 12, major != UInt32(COMMLINE_ABI_MAJOR) {
            throw CaseFailure(
                "the plugin's table is of ABI \(major).\(minor), this check is for "
                    + "\(COMMLINE_ABI_MAJOR).x: build it with a commline.h of that version")
        }
        guard size >= MemoryLayout<commline_plugin>.size else {
            throw CaseFailure(
                "the plugin's table says that it has \(size) bytes, but commline_plugin has "
                    + "\(MemoryLayout<commline_plugin>.size): set size to sizeof(commline_plugin)")
        }
        return pointer.pointee
    }

    private static func tables(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let table = try table(context)
        if table.activate == nil { findings.fail("the plugin's table has no activate") }
        if table.deactivate == nil { findings.fail("the plugin's table has no deactivate") }
        if table.extension == nil { findings.fail("the plugin's table has no extension") }
        if table.reserved != 0 { findings.fail("the reserved field of the plugin's table is not 0") }
        let manifest = try context.manifest()
        compare("id", table.id, manifest.id, &findings)
        compare("version", table.version, manifest.version, &findings)
        compare("vendor", table.vendor, manifest.vendor, &findings)
        if table.abi_minor != manifest.abi.minor {
            findings.warn(
                "the table is of ABI \(table.abi_major).\(table.abi_minor), the manifest says "
                    + "\(manifest.abi)")
        }
        guard findings.failures.isEmpty, let find = table.extension else { return }
        _ = try context.plugin()
        checkSession(
            find(COMMLINE_EXT_DRIVER), "driver", MemoryLayout<commline_driver>.size, &findings)
        if find(COMMLINE_EXT_DRIVER) == nil, !manifest.deviceTypes.isEmpty {
            findings.fail("has no \(COMMLINE_EXT_DRIVER), although the manifest has device types")
        }
        checkSession(
            find(COMMLINE_EXT_SIMULATOR), "simulator", MemoryLayout<commline_simulator>.size,
            &findings)
        let others = [
            (COMMLINE_EXT_INBOUND, MemoryLayout<commline_inbound>.size),
            (COMMLINE_EXT_TRANSPORT, MemoryLayout<commline_transport>.size),
            (COMMLINE_EXT_UPLINK, MemoryLayout<commline_uplink>.size),
            (COMMLINE_EXT_SOURCE, MemoryLayout<commline_source>.size),
        ]
        for (id, size) in others {
            guard let pointer = find(id) else { continue }
            checkTable(pointer, id, size, &findings)
        }
    }

    private static func compare(
        _ what: String, _ text: UnsafePointer<CChar>?, _ expected: String,
        _ findings: inout Findings
    ) {
        guard let text else { return findings.fail("the plugin's table has no \(what)") }
        let found = String(cString: text)
        if found != expected {
            findings.fail(
                "the plugin's table says that its \(what) is \"\(found)\", the manifest says "
                    + "\"\(expected)\"")
        }
    }

    private static func checkSession(
        _ pointer: UnsafeRawPointer?, _ name: String, _ size: Int, _ findings: inout Findings
    ) {
        guard let pointer else { return }
        checkTable(pointer, name, size, &findings)
    }

    /// A size, 4 reserved bytes, and then nothing but functions.
    private static func checkTable(
        _ pointer: UnsafeRawPointer, _ name: String, _ expected: Int, _ findings: inout Findings
    ) {
        let size = Int(pointer.load(as: UInt32.self))
        guard size >= expected else {
            return findings.fail(
                "the table of \(name) says that it has \(size) bytes, but it has \(expected)")
        }
        let width = MemoryLayout<UnsafeRawPointer?>.size
        for offset in stride(from: 8, to: expected, by: width)
        where pointer.load(fromByteOffset: offset, as: UnsafeRawPointer?.self) == nil {
            findings.fail(
                "the table of \(name) lacks function \((offset - 8) / width + 1) of "
                    + "\((expected - 8) / width)")
        }
    }

    private static func entry(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let entry = try context.entryFunction()
        let before = (ProcessFacts.descriptors, ProcessFacts.threads)
        let first = entry()
        guard first != nil else { throw CaseFailure("commline_plugin_entry answered NULL") }
        for _ in 0..<100 where entry() != first {
            findings.fail("commline_plugin_entry answered different tables: it has to be pure")
        }
        let after = (ProcessFacts.descriptors, ProcessFacts.threads)
        if after.0 != before.0 { findings.fail("commline_plugin_entry opened descriptors") }
        if after.1 != before.1 { findings.fail("commline_plugin_entry started threads") }
    }

    /// The header allows one activation a process, so each of the thousand has a process of its own: a
    /// copy of this one, in which the library is open and nothing was called.
    private static func activation(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        let table = try table(context)
        guard let activate = table.activate, let deactivate = table.deactivate else {
            throw CaseFailure("the plugin's table has no activate or no deactivate")
        }
        let host = CheckHost.make()
        for round in 1...1000 {
            context.step("activation \(round) of 1000")
            let child = fork()
            if child == 0 {
                // Whoever hangs here is ended by the system.
                alarm(10)
                let status = activate(host)
                if status == COMMLINE_OK { deactivate() }
                _exit(status == COMMLINE_OK ? 0 : 1)
            }
            guard child > 0 else { throw CaseFailure("no process could be made") }
            var status: Int32 = 0
            waitpid(child, &status, 0)
            guard status != 0 else { continue }
            let signal = status & 0x7F
            if signal == SIGALRM {
                throw CaseFailure("activate or deactivate hangs in round \(round)")
            }
            if signal != 0 {
                throw CaseFailure(
                    "activate or deactivate fell with signal \(signal) in round \(round)")
            }
            throw CaseFailure(
                "activate was not answered with COMMLINE_OK, or ended the process, in round "
                    + "\(round)")
        }
    }

    private static func extensions(
        _ context: CaseContext, _ findings: inout Findings
    ) throws(CaseFailure) {
        _ = try context.plugin()
        guard let find = try table(context).extension else {
            throw CaseFailure("the plugin's table has no extension")
        }
        let unknown = [
            "", "commline", "commline.driver", "commline.driver/2", "commline.driver/10",
            "commline.driver/1 ", "COMMLINE.DRIVER/1", "draft/commline.driver/1", "%s%n",
            "com.example.unknown/1", String(repeating: "x", count: 100_000),
        ]
        for id in unknown where find(id) != nil {
            findings.fail(
                "the unknown extension \"\(id.prefix(40))\" is answered with a table: compare the "
                    + "whole id")
        }
        for id in [COMMLINE_EXT_DRIVER, COMMLINE_EXT_SIMULATOR] where find(id) != find(id) {
            findings.fail("\(id) is answered with another table each time")
        }
    }
}

// swift-tools-version: 6.2
import PackageDescription

// One target a folder, named as the folder. No package dependencies: the toolchain and libsqlite3-dev
// are all that a build needs. `Plugins` and `Host` never import each other; both stand on `SDK`.

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strictC: [CSetting] = [.treatAllWarnings(as: .error)]

/// A Swift target in its own folder.
func module(
    _ name: String, in folder: String, uses: [Target.Dependency] = [], excluding: [String] = []
) -> Target {
    .target(name: name, dependencies: uses, path: folder, exclude: excluding, swiftSettings: strict)
}

/// The only symbol-exporting part of a plugin: it carries its own copy of the Swift runtime, so that
/// libraries of different toolchains live side by side in one host.
func pluginEntry(_ name: String, in folder: String, uses: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: uses, path: folder, swiftSettings: strict,
        linkerSettings: [
            .unsafeFlags([
                "-static-stdlib", "-Xlinker",
                "--version-script=\(Context.packageDirectory)/SDK/plugin.map",
            ])
        ])
}

func tests(_ name: String, uses: [Target.Dependency], excluding: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: uses, path: "Tests/" + name, exclude: excluding,
        swiftSettings: strict)
}

let package = Package(
    name: "commline",
    products: [
        .executable(name: "commline", targets: ["Commline"]),
        .library(name: "DLMS", type: .dynamic, targets: ["DLMSEntry"]),
        .library(name: "ExampleDriver", type: .dynamic, targets: ["ExampleDriverEntry"]),
    ],
    targets: [
        // SDK: what a vendor gets.
        .systemLibrary(name: "CCommline", path: "SDK/include"),
        module("JSON", in: "SDK/JSON"),
        module("Values", in: "SDK/Values"),
        module("Wire", in: "SDK/Wire"),
        module("Crypto", in: "SDK/Crypto"),
        module("Manifests", in: "SDK/Manifests", uses: ["CCommline", "JSON", "Values"]),
        module("Packaging", in: "SDK/Packaging", uses: ["Crypto", "JSON", "Manifests", "Values"]),
        module("DriverKit", in: "SDK/DriverKit", uses: ["CCommline", "JSON", "Values", "Wire"]),
        module(
            "Check", in: "SDK/Check",
            uses: ["CCommline", "DriverKit", "JSON", "Manifests", "Values", "Wire"],
            excluding: ["README.md"]),
        pluginEntry(
            "ExampleDriverEntry", in: "SDK/Examples/Swift/Sources/LineMeter",
            uses: ["DriverKit", "Values"]),

        // Host: the daemon.
        .target(name: "CSystem", path: "Host/CSystem", cSettings: strictC),
        .systemLibrary(
            name: "CSQLite", path: "Host/CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]),
        module("Log", in: "Host/Log"),
        module("Reactor", in: "Host/Reactor", uses: ["CSystem"]),
        module("HTTP", in: "Host/HTTP", uses: ["Reactor", "JSON"]),
        module(
            "Store", in: "Host/Store", uses: ["CSQLite", "Crypto", "JSON", "Reactor", "Values"]),
        module("Planning", in: "Host/Planning", uses: ["Values"]),
        module(
            "Access", in: "Host/Access",
            uses: ["Crypto", "JSON", "Log", "Reactor", "Store", "Values"]),
        module(
            "Plugins", in: "Host/Plugins",
            uses: [
                "CCommline", "CSystem", "Crypto", "JSON", "Log", "Manifests", "Packaging",
                "Reactor",
                "Values",
            ]),
        module("Scheduling", in: "Host/Scheduling", uses: ["JSON", "Values"]),
        module(
            "Dispatching", in: "Host/Dispatching",
            uses: [
                "JSON", "Log", "Manifests", "Planning", "Plugins", "Reactor", "Store", "Values",
            ]),
        module(
            "Jobs", in: "Host/Jobs",
            uses: ["Dispatching", "JSON", "Log", "Reactor", "Scheduling", "Store", "Values"]),
        module(
            "API", in: "Host/API",
            uses: [
                "Access", "Dispatching", "HTTP", "JSON", "Jobs", "Log", "Manifests", "Planning",
                "Plugins", "Reactor", "Scheduling", "Store", "Values",
            ]),
        .executableTarget(
            name: "Commline",
            dependencies: [
                "API", "Access", "CCommline", "CSystem", "Check", "Dispatching", "HTTP", "JSON",
                "Jobs", "Log",
                "Manifests", "Packaging", "Plugins", "Reactor", "Store", "Values",
            ],
            path: "Host/Commline", swiftSettings: strict),

        // Plugins: one folder each; the entry is a target of its own, so that tests can link several plugins.
        module(
            "DLMS", in: "Plugins/DLMS", uses: ["Crypto", "DriverKit", "JSON", "Values", "Wire"],
            excluding: ["Entry"]),
        pluginEntry("DLMSEntry", in: "Plugins/DLMS/Entry", uses: ["DLMS", "DriverKit"]),

        tests("JSON", uses: ["JSON"]),
        tests("Values", uses: ["Values"]),
        tests("Wire", uses: ["Wire"]),
        tests("Crypto", uses: ["Crypto", "Wire"]),
        tests("ABI", uses: ["CCommline"], excluding: ["Plugins"]),
        tests("Manifests", uses: ["JSON", "Manifests", "Values"]),
        tests("Packaging", uses: ["JSON", "Manifests", "Packaging", "Values"]),
        tests("DriverKit", uses: ["CCommline", "DriverKit", "JSON", "Values", "Wire"]),
        tests("Check", uses: ["Check", "JSON"], excluding: ["Plugins"]),
        tests("Reactor", uses: ["CSystem", "Reactor"]),
        tests("HTTP", uses: ["HTTP", "JSON", "Reactor"]),
        tests("Planning", uses: ["Planning", "Values"]),
        // Disks and memory that fail on order, for the tests of the store.
        .target(
            name: "CFaults", dependencies: ["CSQLite"], path: "Tests/CFaults", cSettings: strictC),
        tests("Store", uses: ["CFaults", "JSON", "Store", "Values"]),
        tests("Access", uses: ["Access", "Crypto", "Log", "Reactor", "Store", "Values"]),
        tests(
            "Plugins",
            uses: [
                "CCommline", "Crypto", "JSON", "Manifests", "Packaging", "Plugins", "Reactor",
                "Values",
            ]),
        tests(
            "Contract",
            uses: [
                "CCommline", "Crypto", "JSON", "Manifests", "Plugins", "Reactor", "Values",
            ]),
        tests("Scheduling", uses: ["JSON", "Scheduling", "Values"]),
        tests(
            "Jobs",
            uses: ["Dispatching", "JSON", "Jobs", "Reactor", "Scheduling", "Store", "Values"]),
        tests(
            "Dispatching",
            uses: ["Dispatching", "JSON", "Planning", "Plugins", "Reactor", "Store", "Values"]),
        tests(
            "API",
            uses: [
                "API", "Access", "Crypto", "Dispatching", "HTTP", "JSON", "Jobs", "Log", "Planning",
                "Plugins", "Reactor", "Store", "Values",
            ]),
        tests("DLMS", uses: ["Crypto", "DLMS", "DriverKit", "JSON", "Values", "Wire"]),
        tests("EndToEnd", uses: ["JSON"], excluding: ["Drivers"]),
    ],
    swiftLanguageModes: [.v6]
)

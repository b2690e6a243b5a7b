// swift-tools-version: 6.2
import PackageDescription

// A package of its own: what is here links only with the fuzzer's runtime. The modules are those of the
// product, by way of links in `Sources`, compiled again under the fuzzer's and the address sanitiser's
// eyes, and open to tests.

let watched: [SwiftSetting] = [
    .unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"])
]

func module(
    _ name: String, uses: [Target.Dependency] = [], excluding: [String] = []
) -> Target {
    .target(
        name: name, dependencies: uses, path: "Sources/" + name, exclude: excluding,
        swiftSettings: watched)
}

let package = Package(
    name: "fuzz",
    targets: [
        .systemLibrary(name: "CCommline", path: "Sources/CCommline"),
        .target(name: "CSystem", path: "Sources/CSystem"),
        module("JSON"),
        module("Values"),
        module("Wire"),
        module("Crypto"),
        module("Manifests", uses: ["CCommline", "JSON", "Values"]),
        module("Packaging", uses: ["Crypto", "JSON", "Manifests", "Values"]),
        module("Log"),
        module("DriverKit", uses: ["CCommline", "JSON", "Values", "Wire"]),
        module(
            "DLMS", uses: ["Crypto", "DriverKit", "JSON", "Values", "Wire"], excluding: ["Entry"]),
        module("Reactor", uses: ["CSystem"]),
        module("HTTP", uses: ["Reactor", "JSON"]),
        module(
            "Plugins",
            uses: [
                "CCommline", "CSystem", "Crypto", "JSON", "Log", "Manifests", "Packaging", "Reactor",
                "Values",
            ]),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "DLMS", "HTTP", "JSON", "Manifests", "Packaging", "Plugins", "Reactor", "Wire",
            ], path: "Sources/Fuzz",
            swiftSettings: watched + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [
                .unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])
            ]),
    ],
    swiftLanguageModes: [.v6]
)

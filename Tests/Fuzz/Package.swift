// swift-tools-version: 6.2
import PackageDescription

// A package of its own: what is here links only with the fuzzer's runtime. The modules are those of the
// product, by way of links in `Sources`, compiled again with the fuzzer's and the address sanitiser's eyes.

func module(_ name: String, uses: [Target.Dependency] = [], excluding: [String] = []) -> Target {
    .target(name: name, dependencies: uses, path: "Sources/" + name, exclude: excluding)
}

let package = Package(
    name: "fuzz",
    targets: [
        module("Wire"),
        .executableTarget(
            name: "Fuzz", dependencies: ["Wire"]),
    ],
    swiftLanguageModes: [.v6]
)

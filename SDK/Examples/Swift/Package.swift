// swift-tools-version: 6.2
import PackageDescription

// Builds the example from the SDK alone: swift build -c release, or make.

let sdk = Context.packageDirectory + "/../.."

let package = Package(
    name: "example-swift",
    products: [.library(name: "ExampleDriver", type: .dynamic, targets: ["LineMeter"])],
    dependencies: [.package(name: "SDK", path: sdk)],
    targets: [
        .target(
            name: "LineMeter", dependencies: [.product(name: "DriverKit", package: "SDK")],
            path: "Sources/LineMeter",
            linkerSettings: [
                // The library carries its own copy of the Swift runtime and exports one symbol.
                .unsafeFlags([
                    "-static-stdlib", "-Xlinker", "--version-script=\(sdk)/plugin.map",
                ])
            ])
    ],
    swiftLanguageModes: [.v6]
)

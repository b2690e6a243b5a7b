// swift-tools-version: 6.2
import PackageDescription

let sdk = Context.environment["COMMLINE_SDK"] ?? "__SDK__"

let package = Package(
    name: "__ID__",
    products: [.library(name: "__PRODUCT__", type: .dynamic, targets: ["MeterPlugin"])],
    dependencies: [.package(name: "SDK", path: sdk)],
    targets: [
        .target(
            name: "MeterPlugin", dependencies: [.product(name: "DriverKit", package: "SDK")],
            path: "Sources",
            linkerSettings: [
                // The library carries its own copy of the Swift runtime, so that it runs beside drivers of
                // any toolchain, and exports one symbol.
                .unsafeFlags([
                    "-static-stdlib", "-Xlinker", "--version-script=\(sdk)/plugin.map",
                ])
            ])
    ],
    swiftLanguageModes: [.v6]
)

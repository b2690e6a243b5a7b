// swift-tools-version: 6.2
import PackageDescription

// What a vendor of drivers gets: this folder and nothing else. A driver in Swift depends on the product
// DriverKit; a driver in C needs `include/commline.h` only. See README.md, and Templates for whole projects.

let package = Package(
    name: "CommlineSDK",
    products: [
        .library(
            name: "DriverKit", type: .static,
            targets: ["DriverKit", "Crypto", "JSON", "Values", "Wire"])
    ],
    targets: [
        .systemLibrary(name: "CCommline", path: "include"),
        .target(name: "JSON", path: "JSON"),
        .target(name: "Values", path: "Values"),
        .target(name: "Wire", path: "Wire"),
        .target(name: "Crypto", path: "Crypto"),
        .target(
            name: "DriverKit", dependencies: ["CCommline", "JSON", "Values", "Wire"],
            path: "DriverKit"),
    ],
    swiftLanguageModes: [.v6]
)

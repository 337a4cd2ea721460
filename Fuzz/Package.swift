// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// Apart from the product's package: everything here, the product's modules too, is built with the
// fuzzer's instrumentation, which the product must never have. `make fuzz` builds and runs it.
let package = Package(
    name: "assay-fuzz",
    dependencies: [
        .package(name: "assay", path: ".."),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CFuzzer", .product(name: "Ext4Check", package: "assay"),
                .product(name: "Ext4Image", package: "assay"),
                .product(name: "Golden", package: "assay"),
                .product(name: "SourceTree", package: "assay"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),
    ]
)

// swift-tools-version: 6.2
import PackageDescription

/// For every target of ours that holds Swift.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// For the targets that touch raw memory, C or system calls: every unsafe use must say `unsafe`.
let audited: [SwiftSetting] = strict + [.strictMemorySafety()]

/// For the targets that declare views of image bytes which cannot outlive the image.
let views: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "assay",
    products: [
        .executable(name: "assay", targets: ["assay"]),
        .library(name: "Ext4Image", targets: ["ImageBytes", "Ext4Layout", "Ext4Image"]),
        .library(name: "Ext4Check", targets: ["Ext4Check"]),
        .library(name: "Ext4Build", targets: ["SourceTree", "Ext4Build"]),
        .library(name: "Golden", targets: ["Golden"]),
        .library(name: "SourceTree", targets: ["SourceTree"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(
            url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // C libraries.
        .systemLibrary(
            name: "CExt2FS", pkgConfig: "ext2fs com_err",
            providers: [.apt(["libext2fs-dev", "comerr-dev"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "CBlockHash", cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "CChecksum", cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "CFaultGuard", cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "CUserFault", cSettings: [.treatAllWarnings(as: .error)]),

        // The machine: files, errors, threads, how a name is shown.
        .target(
            name: "HostSystem", dependencies: ["CLinux", subprocess, system], swiftSettings: audited
        ),

        // Reading. Nothing here may depend on CExt2FS.
        .target(
            name: "ImageBytes", dependencies: ["HostSystem", "CFaultGuard", "CZstd", system],
            swiftSettings: audited + views),
        .target(
            name: "Ext4Layout", dependencies: ["CChecksum", "ImageBytes"],
            swiftSettings: audited + views),
        .target(
            name: "Ext4Image", dependencies: ["Ext4Layout", "ImageBytes", "HostSystem"],
            swiftSettings: audited + views),
        .target(
            name: "Ext4Check",
            dependencies: [
                "Ext4Image", "Ext4Layout", "ImageBytes", "HostSystem", crypto, system,
            ],
            swiftSettings: strict + views),

        // Building.
        .target(
            name: "SourceTree",
            dependencies: ["CFaultGuard", "CLinux", "HostSystem", crypto, system],
            swiftSettings: audited),
        .target(
            name: "Ext4Build",
            dependencies: [
                "SourceTree", "Ext4Check", "Ext4Image", "HostSystem", "ImageBytes", "CExt2FS",
                "CLinux", "CUserFault", "CZstd", "Ext4Layout", "Golden", crypto, system,
            ],
            swiftSettings: audited),

        // Judging.
        .target(
            name: "Golden",
            dependencies: [
                "Ext4Check", "Ext4Image", "Ext4Layout", "ImageBytes", "HostSystem", "CBlockHash",
                crypto, system,
            ],
            swiftSettings: audited),
        .target(
            name: "Difference",
            dependencies: [
                "Ext4Image", "Ext4Layout", "Golden", "HostSystem", "ImageBytes", system,
            ],
            swiftSettings: audited + views),

        // Showing, and the command.
        .target(
            name: "Report",
            dependencies: [
                "Difference", "Ext4Build", "Ext4Check", "Ext4Image", "Ext4Layout", "Golden",
                "HostSystem", "ImageBytes", system,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "assay",
            dependencies: [
                "Difference", "Ext4Build", "Ext4Check", "Ext4Image", "Ext4Layout", "Golden",
                "HostSystem", "ImageBytes", "Report", "SourceTree", argumentParser, system,
            ],
            swiftSettings: strict),

        // Tests.
        .target(
            name: "TestKit", dependencies: ["HostSystem", system],
            path: "Tests/TestKit", swiftSettings: strict),
        .testTarget(
            name: "HostSystemTests", dependencies: ["HostSystem", "TestKit", system],
            swiftSettings: strict),
        .testTarget(
            name: "ImageBytesTests", dependencies: ["ImageBytes", "TestKit", "HostSystem", system],
            swiftSettings: strict),
        .testTarget(
            name: "Ext4LayoutTests",
            dependencies: ["CExt2FS", "Ext4Layout", "ImageBytes", "TestKit"],
            swiftSettings: strict),
        .testTarget(
            name: "Ext4ImageTests",
            dependencies: [
                "Ext4Image", "Ext4Layout", "ImageBytes", "TestKit", "HostSystem", system,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "Ext4CheckTests",
            dependencies: [
                "Ext4Check", "Ext4Image", "Ext4Layout", "ImageBytes", "TestKit", "HostSystem",
                system,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SourceTreeTests",
            dependencies: ["SourceTree", "TestKit", "HostSystem", crypto, system],
            swiftSettings: strict),
        .testTarget(
            name: "Ext4BuildTests",
            dependencies: ["Ext4Build", "Golden", "SourceTree", "TestKit", "HostSystem", system],
            swiftSettings: strict),
        .testTarget(
            name: "GoldenTests",
            dependencies: [
                "CBlockHash", "Ext4Image", "Golden", "TestKit", "HostSystem", "ImageBytes", crypto,
                system,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DifferenceTests",
            dependencies: [
                "Difference", "Ext4Image", "Ext4Layout", "Golden", "TestKit", "HostSystem",
                "ImageBytes", system,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ReportTests",
            dependencies: [
                "Difference", "Ext4Build", "Ext4Image", "Ext4Layout", "Golden", "Report", "TestKit",
                "HostSystem", "ImageBytes", system,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["assay", "TestKit", "HostSystem", system],
            exclude: ["Help", "Schemas"], swiftSettings: strict),
    ]
)

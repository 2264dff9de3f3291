// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// One set of settings for every target: Swift 6 mode, warnings are errors, imports say what they use.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // Debug builds, and so all tests, check at run time that no two accesses to a variable overlap. A release does not:
    // that was 4 % of an export.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// What is lent of a row's bytes depends on the row by its type, so that nothing can outlive them.
let lifetimes: SwiftSetting = .enableExperimentalFeature("Lifetimes")

/// What links the C and C++ libraries from their archives, where these are: every shared library costs a start 0.1 ms, and
/// that of C++ three times as much. Debian's -dev packages bring the archives along. The linker scripts in the folder are
/// found before the shared libraries and name the archives instead.
let archives: [String] = {
    func subfolders(of folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.map { "\(folder)/\($0)" }
    }
    func haveOne(_ folders: [String], with names: [String]) -> Bool {
        folders.contains { folder in
            names.allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
        }
    }
    guard haveOne(["/usr/lib64"] + subfolders(of: "/usr/lib"), with: ["libsqlite3.a", "libz.a", "libzstd.a"]),
        haveOne(subfolders(of: "/usr/lib/gcc").flatMap(subfolders), with: ["libstdc++.a"])
    else { return [] }
    return ["-L", "\(Context.packageDirectory)/Sources/weflow/StaticLibraries", "-Xclang-linker", "-static-libgcc"]
}()

let package = Package(
    name: "weflow",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "weflow", targets: ["weflow"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["FullFoundation"]),
    ],
    targets: [
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .target(
            name: "CPageLanes",
            cSettings: [
                .enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error),
                // In debug builds too: without it every page of every test costs fifty times as much.
                .unsafeFlags(["-O2"]),
            ]),
        .target(
            name: "CTextLanes",
            cSettings: [
                .enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error), .unsafeFlags(["-O2"]),
            ]),
        .target(name: "WeFlowSystem", swiftSettings: strict),
        .target(
            name: "WeFlowPages",
            dependencies: [
                "WeFlowSystem", "CPageLanes", "CSQLite",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowMedia",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowModel",
            dependencies: ["CTextLanes", "CZstd", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .target(
            name: "WeFlowStore", dependencies: ["WeFlowPages", "CSQLite", "CTextLanes"],
            swiftSettings: strict + [lifetimes]),
        .target(
            name: "WeFlowQuery", dependencies: ["WeFlowStore", "WeFlowModel", "WeFlowMedia"], swiftSettings: strict),
        .target(
            name: "WeFlowCollections", dependencies: ["WeFlowQuery", "WeFlowStore", "WeFlowModel", "WeFlowMedia"],
            swiftSettings: strict),
        .target(
            name: "WeFlowOutput", dependencies: ["WeFlowCollections", "WeFlowQuery", "CTextLanes", "CZlib"],
            swiftSettings: strict),
        .target(
            name: "WeFlowServer",
            dependencies: [
                "WeFlowOutput", "WeFlowCollections", "WeFlowQuery",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowSample",
            dependencies: [
                "WeFlowPages", "WeFlowModel", "WeFlowSystem", "CSQLite", "CZlib", "CZstd",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowCommands",
            dependencies: [
                "WeFlowServer", "WeFlowOutput", "WeFlowCollections", "WeFlowQuery", "WeFlowSample",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "weflow", dependencies: ["WeFlowCommands"], exclude: ["StaticLibraries"], swiftSettings: strict,
            linkerSettings: [
                // A static program of this size has 136,000 addresses to relocate and 41,000 names to offer to nobody
                // whenever it starts: half of the time of `weflow --version`. At a fixed address it has neither.
                .unsafeFlags(
                    ["-Xclang-linker", "-no-pie", "-Xlinker", "--no-export-dynamic"],
                    .when(platforms: [.linux], configuration: .release)),
                .unsafeFlags(archives, .when(platforms: [.linux], configuration: .release)),
            ]),
        // The benchmark; it knows of weflow only as a program to run.
        .executableTarget(name: "weflow-bench", exclude: ["Peers"], swiftSettings: strict),
        .target(name: "TestSupport", dependencies: ["CSQLite"], path: "Tests/Support", swiftSettings: strict),
        .testTarget(name: "WeFlowSystemTests", dependencies: ["WeFlowSystem", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowPagesTests",
            dependencies: [
                "WeFlowPages", "CPageLanes", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .testTarget(name: "WeFlowStoreTests", dependencies: ["WeFlowStore", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowSampleTests",
            dependencies: ["WeFlowSample", "WeFlowModel", "WeFlowMedia", "WeFlowStore", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowMediaTests",
            dependencies: [
                "WeFlowMedia", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowModelTests", dependencies: ["WeFlowModel", "CTextLanes", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowQueryTests",
            dependencies: [
                "WeFlowQuery", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowCollectionsTests", dependencies: ["WeFlowCollections", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowOutputTests", dependencies: ["WeFlowOutput", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowServerTests", dependencies: ["WeFlowServer", "TestSupport", "CSQLite", "CZlib"],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowCommandsTests", dependencies: ["WeFlowCommands", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "WeFlowBenchTests", dependencies: ["weflow-bench"], swiftSettings: strict),
        .testTarget(name: "WeFlowCLITests", dependencies: ["weflow", "TestSupport"], swiftSettings: strict),
    ]
)

// swift-tools-version: 6.2
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

/// Links a release: at any address, with nothing writable that need not be, and with no name left to bind. The toolchain's
/// own linker does it in half of the time of the system's, and packs 3.2 MB of relative relocations into 27 KB.
let hardened: [String] = [
    "-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker", "relro",
    "-Xlinker", "-z", "-Xlinker", "now", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
]

/// Links the C and C++ libraries from their archives. The linker scripts in the folder are found before the shared
/// libraries and name the archives instead.
let archives: [String] = [
    "-L", "\(Context.packageDirectory)/Sources/weflow/StaticLibraries", "-Xclang-linker", "-static-libgcc",
]

let package = Package(
    name: "weflow",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "weflow", targets: ["weflow"])],
    traits: [
        .trait(
            name: "StaticLibraries",
            description: """
                Links libsqlite3, libz, libzstd and libstdc++ from their archives, which Debian's -dev packages bring along: \
                the program then depends on libc alone, and starts 3 ms sooner.
                """)
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
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
        .target(
            name: "CProcess",
            cSettings: [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]),
        .target(name: "WeFlowSystem", dependencies: ["CProcess"], swiftSettings: strict),
        .target(name: "WeFlowCrypto", dependencies: ["CPageLanes"], swiftSettings: strict),
        .target(
            name: "WeFlowPages", dependencies: ["WeFlowCrypto", "WeFlowSystem", "CPageLanes", "CSQLite"],
            swiftSettings: strict),
        .target(name: "WeFlowMedia", dependencies: ["WeFlowCrypto"], swiftSettings: strict),
        .target(
            name: "WeFlowModel", dependencies: ["WeFlowCrypto", "WeFlowSystem", "CTextLanes", "CZstd"],
            swiftSettings: strict),
        .target(
            name: "WeFlowStore", dependencies: ["WeFlowPages", "WeFlowSystem", "CSQLite", "CTextLanes"],
            swiftSettings: strict + [lifetimes]),
        .target(name: "WeFlowState", dependencies: ["WeFlowPages", "WeFlowSystem"], swiftSettings: strict),
        .target(name: "WeFlowParameters", dependencies: ["WeFlowPages", "WeFlowSystem"], swiftSettings: strict),
        .target(
            name: "WeFlowQuery",
            dependencies: [
                "WeFlowParameters", "WeFlowState", "WeFlowStore", "WeFlowModel", "WeFlowMedia", "WeFlowSystem",
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowMoments", dependencies: ["WeFlowQuery", "WeFlowStore", "WeFlowModel", "WeFlowSystem"],
            swiftSettings: strict),
        .target(name: "WeFlowArrivals", dependencies: ["WeFlowQuery", "WeFlowSystem"], swiftSettings: strict),
        .target(name: "WeFlowSearch", dependencies: ["WeFlowArrivals", "WeFlowQuery"], swiftSettings: strict),
        .target(
            name: "WeFlowCollections", dependencies: ["WeFlowQuery", "WeFlowStore", "WeFlowModel", "WeFlowMedia"],
            swiftSettings: strict),
        .target(name: "WeFlowFiles", dependencies: ["WeFlowQuery", "WeFlowSystem"], swiftSettings: strict),
        .target(
            name: "WeFlowOutput",
            dependencies: [
                "WeFlowSearch", "WeFlowCollections", "WeFlowFiles", "WeFlowArrivals", "WeFlowMoments", "WeFlowQuery",
                "WeFlowSystem",
                "CTextLanes", "CZlib",
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowTools",
            dependencies: [
                "WeFlowOutput", "WeFlowSearch", "WeFlowCollections", "WeFlowFiles", "WeFlowArrivals", "WeFlowMoments",
                "WeFlowQuery",
                "WeFlowSystem", "CSQLite",
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowArchive",
            dependencies: [
                "WeFlowOutput", "WeFlowSearch", "WeFlowCollections", "WeFlowFiles", "WeFlowArrivals", "WeFlowMoments",
                "WeFlowQuery",
                "WeFlowStore", "WeFlowModel", "WeFlowMedia", "WeFlowPages", "WeFlowCrypto", "WeFlowSystem",
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowRendering",
            dependencies: [
                "WeFlowOutput", "WeFlowQuery", "WeFlowParameters", "WeFlowCrypto", "WeFlowSystem", "CSQLite",
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowServer",
            dependencies: [
                "WeFlowOutput", "WeFlowSearch", "WeFlowCollections", "WeFlowFiles", "WeFlowArrivals", "WeFlowMoments",
                "WeFlowQuery",
                "WeFlowCrypto", "WeFlowSystem",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowSample",
            dependencies: [
                "WeFlowPages", "WeFlowModel", "WeFlowCrypto", "WeFlowSystem", "CSQLite", "CZlib", "CZstd",
            ],
            swiftSettings: strict),
        .target(
            name: "WeFlowCommands",
            dependencies: [
                "WeFlowServer", "WeFlowTools", "WeFlowArchive", "WeFlowRendering", "WeFlowOutput", "WeFlowSearch",
                "WeFlowCollections", "WeFlowFiles", "WeFlowArrivals", "WeFlowMoments", "WeFlowQuery", "WeFlowSample",
                "WeFlowCrypto",
                "WeFlowSystem",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "weflow", dependencies: ["WeFlowCommands"], exclude: ["StaticLibraries"], swiftSettings: strict,
            linkerSettings: [
                .unsafeFlags(hardened, .when(platforms: [.linux], configuration: .release)),
                .unsafeFlags(
                    archives, .when(platforms: [.linux], configuration: .release, traits: ["StaticLibraries"])),
            ]),
        // The benchmark; it knows of weflow only as a program to run.
        .executableTarget(
            name: "weflow-bench", dependencies: ["CPageLanes", "CSQLite", "CZstd"], exclude: ["Peers"],
            swiftSettings: strict),
        .target(name: "TestSupport", dependencies: ["CSQLite"], path: "Tests/Support", swiftSettings: strict),
        .testTarget(name: "WeFlowSystemTests", dependencies: ["WeFlowSystem", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowCryptoTests", dependencies: ["WeFlowCrypto", "CPageLanes", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowPagesTests", dependencies: ["WeFlowPages", "WeFlowCrypto", "CPageLanes", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowStoreTests", dependencies: ["WeFlowStore", "WeFlowParameters", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowSampleTests",
            dependencies: ["WeFlowSample", "WeFlowModel", "WeFlowMedia", "WeFlowStore", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowMediaTests", dependencies: ["WeFlowMedia", "WeFlowCrypto", "TestSupport"],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowModelTests", dependencies: ["WeFlowModel", "CTextLanes", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "WeFlowStateTests", dependencies: ["WeFlowState", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowParametersTests", dependencies: ["WeFlowParameters", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowArrivalsTests", dependencies: ["WeFlowArrivals", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowQueryTests", dependencies: ["WeFlowQuery", "WeFlowCrypto", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowMomentsTests", dependencies: ["WeFlowMoments", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowSearchTests", dependencies: ["WeFlowSearch", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowCollectionsTests", dependencies: ["WeFlowCollections", "TestSupport", "CSQLite"],
            swiftSettings: strict),
        .testTarget(name: "WeFlowFilesTests", dependencies: ["WeFlowFiles", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowOutputTests", dependencies: ["WeFlowOutput", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowToolsTests", dependencies: ["WeFlowTools", "TestSupport", "CSQLite"], swiftSettings: strict),
        .testTarget(
            name: "WeFlowArchiveTests", dependencies: ["WeFlowArchive", "WeFlowQuery", "WeFlowCrypto", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowRenderingTests",
            dependencies: [
                "WeFlowRendering", "WeFlowOutput", "WeFlowPages", "WeFlowCrypto", "WeFlowQuery", "TestSupport",
                "CSQLite",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowServerTests",
            dependencies: [
                "WeFlowServer", "WeFlowSystem", "TestSupport", "CSQLite", "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WeFlowCommandsTests", dependencies: ["WeFlowCommands", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "WeFlowBenchTests", dependencies: ["weflow-bench"], swiftSettings: strict),
        .testTarget(name: "WeFlowCLITests", dependencies: ["weflow", "TestSupport"], swiftSettings: strict),
    ]
)

import Foundation
import TestSupport
import Testing
import WeFlowMedia
import WeFlowMoments
import WeFlowPages
import WeFlowQuery

@testable import WeFlowServer

/// A folder that stands for the media network.
struct MediaMirrorTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 7, count: 90)

    @Test func whatLiesThereIsNotAskedForWhateverTheToken() async throws {
        let scratch = try ScratchFolder()
        let url = try MediaURL(parsing: "https://nobody.example.com/a/0?token=1&idx=1")
        try scratch.write(Self.png, to: MediaMirror.name(of: url))
        let network = MediaNetwork(hosts: .wechat, mirror: MediaMirror(folder: scratch.path))
        defer { network.shutdown() }
        let other = try MediaURL(parsing: "https://nobody.example.com/a/0?token=2&idx=1")
        let fetched = try await network.fetch(other, key: 77, to: scratch.file("got"))
        #expect(try scratch.bytes(of: "got.png") == Self.png && fetched.size == Self.png.count)
        #expect(try await network.fetch(url.string) == Self.png)
        let cache = MediaCache(network: network, folder: scratch.file("cache"))
        #expect(try await cache.file(url, key: nil).format == .png)
    }

    @Test func whatIsNoMediaOrALinkIsNotGiven() async throws {
        let scratch = try ScratchFolder()
        let (text, link, none) = (
            try MediaURL(parsing: "https://nobody.example.com/text"),
            try MediaURL(parsing: "https://nobody.example.com/link"),
            try MediaURL(parsing: "https://nobody.example.com/../none")
        )
        try scratch.write(Array("#!/bin/sh\nexit 0\n".utf8), to: MediaMirror.name(of: text))
        try scratch.write(Self.png, to: "elsewhere.png")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file(MediaMirror.name(of: link)), withDestinationPath: scratch.file("elsewhere.png"))
        let network = MediaNetwork(hosts: .wechat, mirror: MediaMirror(folder: scratch.path))
        defer { network.shutdown() }
        for (url, kind) in [(text, WeFlowError.Kind.network), (link, .usage), (none, .usage)] {
            let error = await #expect(throws: WeFlowError.self) {
                try await network.fetch(url, key: nil, to: scratch.file("got"))
            }
            #expect(error?.kind == kind)
        }
        #expect(try !scratch.names.contains { $0.hasPrefix("got") })
    }
}

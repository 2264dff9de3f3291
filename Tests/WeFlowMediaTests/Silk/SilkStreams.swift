import Foundation
import Testing

/// The streams of `Fixtures/silk`, with what the reference decoder makes of them.
struct SilkStream: Sendable, CustomTestStringConvertible {
    let name: String
    let samples: Int
    let digest: String

    var testDescription: String { name }

    var bytes: [UInt8] {
        get throws {
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            return [UInt8](try Data(contentsOf: folder.appendingPathComponent("Fixtures/silk/\(name).silk")))
        }
    }

    static let all = [
        SilkStream(
            name: "rate24", samples: 19_200,
            digest: "9296a3d9f98740b324a65e6c988b6c74f44d29e3d6d4aa7be16eadd1f1b7b754"),
        SilkStream(
            name: "rate16", samples: 19_200,
            digest: "6a911213edb4f435691fb29bcbb44de302cdfa42118b3d8d3e3ecb354015a629"),
        SilkStream(
            name: "rate12", samples: 24_000,
            digest: "e6bc6efdb81393ef190014b00d4a461bb6689e17b5557210ae259c0d11382132"),
        SilkStream(
            name: "rate8", samples: 24_000,
            digest: "d32f2641027f2a6c2d6a8005731b3d27d5bec71292b2330261666bc3dc5020f5"),
        SilkStream(
            name: "noise16", samples: 7_200,
            digest: "aa43afabcd5a9f49d49f6e4b730d797484d0032628354853e1459d1b6aa08225"),
        SilkStream(
            name: "silence", samples: 14_400,
            digest: "ebb544861f9e9068f1ee9f8015c923b029412d4e68428e974c99578d1c58e1a3"),
        SilkStream(
            name: "switching", samples: 36_000,
            digest: "6305529d039391300909b87c18401d50c9d9ef8d37588470cbb57a9c5792eb89"),
        SilkStream(
            name: "empty", samples: 35_520,
            digest: "f86788a027c688e69e87606e2ffb100455618c7aebc86cb32dc4ebf2a80a5c32"),
        SilkStream(
            name: "emptyrates", samples: 28_800,
            digest: "c527a4b3e23198690785e53b0c6eea9a1a1a2b7830b70bd8e777ff0097323d76"),
        SilkStream(
            name: "copies", samples: 28_800,
            digest: "36cd82260ee7159582a5fb6a0495ed52adc264c511733a3dc50f9a09045eefe2"),
        SilkStream(
            name: "dtx", samples: 38_400,
            digest: "91b07228c14e18111679ab48ef33b29c8b865fda9d58729c6fa93e5d1954f929"),
        SilkStream(
            name: "damaged", samples: 28_800,
            digest: "5f262bd0c01030fa6ccf5a91969f0629dbbb71cd1bb9c476c0aa145b1e26210a"),
    ]
}

import Testing
import WeFlowMedia

@Suite struct MediaFormatTests {
    @Test(arguments: [
        ("ffd8ffe0", MediaFormat.jpeg), ("ffd8ff", .jpeg), ("89504e470d0a1a0a", .png), ("474946383761", .gif),
        ("474946383961", .gif), ("52494646ffffffff57454250", .webp), ("77786766", .wxgf), ("49492a00", .tiff),
        ("4d4d002a", .tiff), ("424d0a00000001020304", .bmp), ("424dffff000000000000", .bmp),
        ("000000186674797069736f6d0000020069736f6d6d703432", .mp4),
        ("0000001c667479706d703432000000006d70343269736f6d61766331", .mp4),
        ("0000001866747970686569630000000068656963", .heic), ("0000001866747970484549430000000048454943", .heic),
        ("000000186674797069736f6d000000006d696631", .heic),
        ("0000001c667479706d696631000000006d69663161766966", .avif),
        ("0000000066747970617669660000000061766966", .avif), ("6674797066747970", .mp4),
        // The brand behind the end of the box belongs to something else.
        ("000000106674797069736f6d0000000061766966", .mp4),
    ]) func isToldByTheFirstBytes(_ hex: String, _ format: MediaFormat) {
        #expect(MediaFormat(of: Vectors.bytes(hex)) == format)
        #expect(MediaFormat(of: Vectors.bytes("aa" + hex).dropFirst()) == format)
    }

    @Test(arguments: [
        "", "ff", "ffd8", "ffd8fe", "89504e470d0a1a", "474946383961".replacingLast(with: "62"),
        "5249464600000000574542",
        "424d", "424dffff000001000000", "0000001866747900", "07085632080700000000",
    ]) func isNilForAnythingElse(_ hex: String) {
        #expect(MediaFormat(of: Vectors.bytes(hex)) == nil)
    }

    @Test func theSizeFieldOfABitmapMayCountTheWholeFile() {
        let head = Vectors.bytes("424d000100000102030400")
        #expect(MediaFormat(of: head) == nil)
        #expect(MediaFormat(of: head, total: 256) == .bmp)
    }

    @Test func namesAndContentTypesAreThoseOfTheContract() {
        let table: [(MediaFormat, String, String, Bool)] = [
            (.jpeg, "jpg", "image/jpeg", true), (.png, "png", "image/png", true), (.gif, "gif", "image/gif", true),
            (.webp, "webp", "image/webp", true), (.bmp, "bmp", "image/bmp", true), (.tiff, "tif", "image/tiff", false),
            (.heic, "heic", "image/heic", false), (.avif, "avif", "image/avif", false),
            (.wxgf, "wxgf", "application/octet-stream", false), (.mp4, "mp4", "video/mp4", false),
        ]
        #expect(table.map(\.0) == MediaFormat.allCases)
        for (format, suffix, type, isDisplayable) in table {
            #expect(format.fileExtension == suffix)
            #expect(format.contentType == type)
            #expect(format.isDisplayable == isDisplayable)
            #expect(format.isPicture == (format != .mp4))
        }
    }
}

extension String {
    fileprivate func replacingLast(with end: String) -> String { dropLast(end.count) + end }
}

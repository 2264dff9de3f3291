import Testing

@testable import WeFlowArchive

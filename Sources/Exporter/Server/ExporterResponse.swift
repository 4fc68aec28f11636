/// Response of an exporter.
package struct ExporterResponse: Sendable, Hashable {
  /// Status code of HTTP.
  package var status: Int
  /// Headers besides Content-Length.
  package var headers: [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = [
      ("Content-Type", contentType), ("Vary", "Accept, Accept-Encoding"), ("Cache-Control", "no-store"),
    ]
    if isGzip { headers.append(("Content-Encoding", "gzip")) }
    if let allow { headers.append(("Allow", allow)) }
    if let fileName { headers.append(("Content-Disposition", "attachment; filename=\"\(fileName)\"")) }
    return headers
  }
  /// Media type of the body.
  package var contentType: String
  /// Contents.
  package var body: [UInt8]
  /// Whether the body is compressed for the transfer.
  package var isGzip = false
  /// Methods that the resource allows; nil unless the request used another.
  package var allow: String?
  /// Name of the file under which a client saves the body; nil for a page.
  package var fileName: String?

  /// Creates a response.
  package init(status: Int = 200, contentType: String, body: [UInt8]) {
    (self.status, self.contentType, self.body) = (status, contentType, body)
  }

  /// Creates a response of plain text, to which a line end is added.
  package static func text(_ text: String, status: Int = 200) -> ExporterResponse {
    ExporterResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
  }
}

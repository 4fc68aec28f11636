import Foundation
import Testing

@testable import TextOutput

@Suite struct JSONSyntaxTests {
  @Test(arguments: [
    "{}", "[]", " [1, -0.5e+3, \"a\\u00e9\\n\", true, false, null, {\"a\": [[]]}] ", "1", "\"\"", "{\"a\":{\"b\":1}}\n",
  ])
  func validTextHasNoError(text: String) { #expect(JSONSyntax(text).errorOffset == nil) }

  @Test(arguments: [
    ("{\"a\": x}", 6), ("[1,]", 3), ("{\"a\" 1}", 5), ("[1] 2", 4), ("\"a\nb\"", 2), ("[01]", 2), ("[1.]", 3),
    ("\"\\q\"", 2),
    ("nil", 1),
  ])
  func errorHasItsOffset(text: String, offset: Int) {
    let syntax = JSONSyntax(text)
    #expect(syntax.errorOffset == offset && !syntax.isTruncated)
  }

  @Test(arguments: ["", "{", "[1", "\"a", "{\"a\":", "tru", "-"]) func endIsMissing(text: String) {
    #expect(JSONSyntax(text).isTruncated)
  }

  /// The decoder of Foundation and this check agree on damaged texts.
  @Test func damagedTextsAreErrorsOfTheDecoderToo() {
    let text = Array("{\"name\": \"x\\n\", \"counts\": [1, 20, -3.5], \"flag\": true, \"none\": null}".utf8)
    for index in text.indices {
      for byte in " ,:]}\"a0".utf8 {
        var damaged = text
        damaged[index] = byte
        let isValid = (try? JSONSerialization.jsonObject(with: Data(damaged), options: .fragmentsAllowed)) != nil
        let found = JSONSyntax(String(decoding: damaged, as: UTF8.self)).errorOffset == nil
        #expect(found == isValid, "\(String(decoding: damaged, as: UTF8.self))")
      }
    }
  }
}

import FoundationEssentials
import TextOutput

/// A result as a JSON object, with the identity of its input under the key `source`.
struct JSONDocument<Result: Encodable>: Encodable {
  let result: Result
  let source: InputIdentity

  private enum Key: String, CodingKey { case source }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(source, forKey: .source)
  }
}

/// JSON as all commands write it: the keys in alphabetical order, so that equal results give equal text.
enum JSONText {
  /// Returns several lines of text, without a line end at the end.
  /// - Parameter keys: conversion of the keys that the value encodes.
  static func text(
    of value: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = keys
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return EscapedText.json(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// Returns a JSON object for one value, or an array for several.
  static func text(
    of values: [some Encodable], keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
  ) throws -> String {
    let texts = try values.map { try text(of: $0, keys: keys) }
    return (texts.count == 1 ? texts[0] : "[\n" + texts.joined(separator: ",\n") + "\n]") + "\n"
  }
}

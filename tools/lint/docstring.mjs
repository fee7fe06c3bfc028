/**
 * ESLint rule: what a file exports carries a docstring, because that is what a reader sees in an editor before they see
 * the code. Re-exports, augmentations and the second and later signatures of an overloaded function need none.
 */
export const docstring = {
  meta: {
    type: 'suggestion',
    docs: { description: 'require a docstring on every exported declaration' },
    schema: [],
    messages: {
      missing:
        "'{{name}}' is exported without a docstring. Say what it returns or holds, its units and its errors by code.",
    },
  },
  create(context) {
    const source = context.sourceCode
    const seen = new Set()
    return {
      ExportNamedDeclaration(node) {
        const name = nameOf(node.declaration)
        if (name === undefined || seen.has(name)) return
        seen.add(name)
        // A decorator stands before the export, and its comment before that.
        const comments = source.getCommentsBefore(node.declaration.decorators?.[0] ?? node)
        const last = comments.at(-1)
        if (last?.type === 'Block' && last.value.startsWith('*')) return
        context.report({ node, messageId: 'missing', data: { name } })
      },
    }
  },
}

function nameOf(declaration) {
  if (declaration === null || declaration === undefined) return undefined
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.map((one) => one.id.name ?? '…').join(', ')
  }
  return declaration.id?.name
}

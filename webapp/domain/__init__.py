"""What the office does with letters. No Flask, no HTTP, no pyHanko. Lower modules never import higher ones."""

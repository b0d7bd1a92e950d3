"""The networks: Transformers and their recurrent rivals, all read and write sequences of tokens the same way."""
